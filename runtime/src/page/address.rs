//! Where the page is served.

use crate::error::{Error, ErrorKind, Result};
use std::fmt;
use std::io;
use std::net::{IpAddr, Ipv4Addr, SocketAddr, TcpListener};
use std::ops::RangeInclusive;
use std::str::FromStr;

/// The ports of the page if none is asked for: the first that is free.
const PORTS: RangeInclusive<u16> = 7000..=7009;

/// Where to serve the page: at one address, or at the first free port of several.
///
/// A port without an address is one of 127.0.0.1, which only programs on this machine reach. For
/// another address the page needs a [token](crate::Config::page_token).
///
/// # Examples
/// ```
/// use millstream::page::PageAddress;
///
/// let exact: PageAddress = 7000.into();
/// assert_eq!(exact, "127.0.0.1:7000".parse()?);
/// let free: PageAddress = (7000..=7009).into();
/// assert_eq!(free, "on".parse()?);
/// # Ok::<(), millstream::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PageAddress {
    ip: IpAddr,
    ports: RangeInclusive<u16>,
}

impl From<SocketAddr> for PageAddress {
    /// This address; if it is taken, the job does not start.
    fn from(address: SocketAddr) -> Self {
        Self { ip: address.ip(), ports: address.port()..=address.port() }
    }
}

impl From<u16> for PageAddress {
    /// This port of 127.0.0.1, 0 for any; if it is taken, the job does not start.
    fn from(port: u16) -> Self {
        (port..=port).into()
    }
}

impl From<RangeInclusive<u16>> for PageAddress {
    /// The first free one of these ports of 127.0.0.1; if all of several are taken, the job starts
    /// without a page.
    fn from(ports: RangeInclusive<u16>) -> Self {
        Self { ip: Ipv4Addr::LOCALHOST.into(), ports }
    }
}

impl FromStr for PageAddress {
    type Err = Error;

    /// `127.0.0.1:7000`, `[::1]:7000`, `localhost:7000`, `7000`, or `on` for the first free port of
    /// 7000 to 7009.
    fn from_str(text: &str) -> Result<Self> {
        let text = text.trim();
        if text == "on" {
            return Ok(PORTS.into());
        }
        if let Ok(port) = text.strip_prefix("localhost:").unwrap_or(text).parse::<u16>() {
            return Ok(port.into());
        }
        text.parse::<SocketAddr>().map(Self::from).map_err(|_not_one| {
            let expected = "expected `127.0.0.1:7000`, `7000`, `on` or `off`";
            Error::new(ErrorKind::Config, format!("the page cannot be at `{text}`: {expected}"))
        })
    }
}

impl fmt::Display for PageAddress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (first, last) = (*self.ports.start(), *self.ports.end());
        if self.is_optional() {
            return write!(f, "{}, ports {first} to {last}", self.ip);
        }
        SocketAddr::new(self.ip, first).fmt(f)
    }
}

impl PageAddress {
    /// Whether only programs on this machine reach it.
    pub(crate) fn is_loopback(&self) -> bool {
        self.ip.is_loopback()
    }

    /// Whether the page may be left out if there is no room for it.
    fn is_optional(&self) -> bool {
        self.ports.start() < self.ports.end()
    }

    /// Listens; `None` if all of several ports are taken.
    ///
    /// # Errors
    /// [`ErrorKind::Config`] if the one address cannot be listened at.
    pub(crate) fn listen(&self) -> Result<Option<TcpListener>> {
        let mut last = io::ErrorKind::AddrInUse.into();
        for port in self.ports.clone() {
            match listen(SocketAddr::new(self.ip, port)) {
                Ok(listener) => return Ok(Some(listener)),
                Err(error) => last = error,
            }
        }
        if self.is_optional() {
            return Ok(None);
        }
        let at = SocketAddr::new(self.ip, *self.ports.start());
        Err(Error::new(ErrorKind::Config, format!("the page cannot be served at {at}"))
            .caused_by(last)
            .help("free it, or take the first free one of several: `.page(7000..=7009)`"))
    }
}

fn listen(at: SocketAddr) -> io::Result<TcpListener> {
    let listener = TcpListener::bind(at)?;
    listener.set_nonblocking(true)?;
    Ok(listener)
}

#[cfg(test)]
mod tests {
    use super::PageAddress;

    fn port(address: &PageAddress) -> u16 {
        address.listen().unwrap().unwrap().local_addr().unwrap().port()
    }

    #[test]
    fn an_address_is_read_as_one_would_write_it() {
        let read = |text: &str| text.parse::<PageAddress>();
        assert_eq!(read("localhost:7001").unwrap(), 7001.into());
        assert_eq!(read(" 7001 ").unwrap(), read("127.0.0.1:7001").unwrap());
        assert!(read("[::1]:7000").unwrap().is_loopback());
        assert!(!read("0.0.0.0:7000").unwrap().is_loopback());
        let error = read("example.com").unwrap_err().to_string();
        assert!(error.contains("cannot be at `example.com`: expected `127.0.0.1:7000`"), "{error}");
    }

    #[test]
    fn a_taken_port_is_an_error_alone_and_skipped_among_several() {
        let taken = PageAddress::from(0).listen().unwrap().unwrap();
        let port_taken = taken.local_addr().unwrap().port();
        let error = PageAddress::from(port_taken).listen().unwrap_err().to_string();
        assert!(error.contains(&format!("served at 127.0.0.1:{port_taken}: ")), "{error}");
        if port_taken < u16::MAX {
            let next = (port_taken..=port_taken.saturating_add(9)).into();
            assert_ne!(port(&next), port_taken);
        }
    }
}

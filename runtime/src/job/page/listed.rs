//! All settings of a run, as its page lists them.

use crate::job::Config;
use crate::page::Setting;

/// A setting: its name, its value as text, and the variable that sets it to such a text.
type Listed = (&'static str, fn(&Config) -> String, Option<&'static str>);

/// All settings but those of the page.
const LISTED: &[Listed] = &[
    ("batch", |config| config.batch.to_string(), Some("MILLSTREAM_BATCH")),
    ("buffer", |config| config.buffer.to_string(), Some("MILLSTREAM_BUFFER")),
    ("cores", |config| config.cores.to_string(), None),
    ("flush_within", |config| format!("{:?}", config.flush_within), None),
    ("drift", |config| format!("{:?}", config.drift), None),
    ("checkpoints", checkpoints, Some("MILLSTREAM_CHECKPOINTS")),
    ("checkpoint_every", |config| format!("{:?}", config.checkpoint_every), None),
    ("if_held", |config| format!("{:?}", config.if_held), None),
    ("forgotten", |config| config.forgotten.join(", "), None),
    ("restarts", |config| format!("{:?}", config.restarts.unwrap_or_default()), None),
    ("barrier_every", barriers, None),
    ("status", |config| config.status.to_string(), Some("MILLSTREAM_STATUS")),
];

impl Config {
    /// All settings, each with its value and where it comes from.
    pub(in crate::job) fn listed_settings(&self) -> Vec<Setting> {
        let default = Self::default();
        let setting = |(name, text, variable): &Listed| {
            let value = text(self);
            let is_from = |variable: &&str| std::env::var(variable).is_ok_and(|set| set == value);
            let from = match variable.filter(is_from) {
                Some(variable) => variable.to_owned(),
                None if value == text(&default) => "default".to_owned(),
                None => "code".to_owned(),
            };
            Setting { name, value, from }
        };
        LISTED.iter().map(setting).chain(self.page.listed()).collect()
    }
}

fn barriers(config: &Config) -> String {
    config.barriers.map_or_else(|| "never".into(), |every| format!("{every:?}"))
}

fn checkpoints(config: &Config) -> String {
    #[cfg(feature = "object-store")]
    if let Some(store) = &config.store {
        return store.to_string();
    }
    config.checkpoints.as_ref().map_or("none".to_owned(), |path| path.display().to_string())
}

#[cfg(test)]
mod tests {
    use crate::job::Config;

    #[test]
    fn a_setting_says_where_it_comes_from_and_a_token_stays_out() {
        let token = "0123456789abcdef0123456789abcdef";
        let config = Config::default().batch(7).page(7000..=7009).page_token(token);
        let listed = config.listed_settings();
        let of = |name| {
            let setting = listed.iter().find(|setting| setting.name == name).unwrap();
            (setting.value.as_str(), setting.from.as_str())
        };
        assert_eq!(of("batch"), ("7", "code"));
        assert_eq!(of("buffer"), ("8192", "default"));
        assert_eq!(of("page"), ("127.0.0.1, ports 7000 to 7009", "code"));
        assert_eq!(of("page_token"), ("set", "code"));
        assert!(listed.iter().all(|setting| !setting.value.contains(token)));
    }
}

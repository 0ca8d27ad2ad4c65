//! All settings of a run, as its page lists them.

use crate::job::Config;
use crate::job::variables::Variables;
use crate::page::Setting;

/// A setting: its name, its value as text, and the variables that set it, the strongest first.
type Listed = (&'static str, fn(&Config) -> String, &'static [&'static str]);

/// All settings but the token of the page.
const LISTED: &[Listed] = &[
    ("batch", |config| size(config.sizes.batch), &["MILLSTREAM_BATCH"]),
    ("buffer", |config| size(config.sizes.buffer), &["MILLSTREAM_BUFFER"]),
    ("cores", |config| config.cores.to_string(), &[]),
    ("flush_within", |config| format!("{:?}", config.flush_within), &[]),
    ("drift", |config| format!("{:?}", config.drift), &[]),
    ("checkpoints", checkpoints, &["MILLSTREAM_CHECKPOINTS"]),
    ("checkpoint_every", |config| format!("{:?}", config.checkpoint_every), &[]),
    ("if_held", |config| format!("{:?}", config.if_held), &[]),
    ("forgotten", |config| config.forgotten.join(", "), &[]),
    ("restarts", |config| format!("{:?}", config.restarts.unwrap_or_default()), &[]),
    ("barrier_every", barriers, &[]),
    ("status", |config| config.status.to_string(), &["MILLSTREAM_STATUS"]),
    ("page", page, &["MILLSTREAM_PAGE"]),
    ("page_hosts", |config| config.page.hosts.join(", "), &["MILLSTREAM_PAGE_HOSTS"]),
    ("inspect", |config| config.page.inspects().to_string(), &["MILLSTREAM_INSPECT"]),
];

/// The variables that set the token.
const TOKEN: &[&str] = &["MILLSTREAM_PAGE_TOKEN", "MILLSTREAM_PAGE_TOKEN_FILE"];

impl Config {
    /// All settings, each with its value and where it comes from.
    pub(in crate::job) fn listed_settings(&self) -> Vec<Setting> {
        self.listed(Variables::of_process())
    }

    fn listed(&self, variables: Variables<'_>) -> Vec<Setting> {
        let origins = Origins::of(variables);
        let listed = LISTED.iter().map(|(name, text, set_by)| Setting {
            name,
            value: text(self),
            from: origins.find(self, text, set_by),
        });
        let from = origins.find(self, |config| config.page.token.given(), TOKEN);
        let token = Setting { name: "page_token", value: self.page.token.to_string(), from };
        listed.chain([token]).collect()
    }
}

/// What settings may come from.
struct Origins<'a> {
    variables: Variables<'a>,
    /// What the variables alone say; none if they are refused, so that no job has them.
    of_variables: Option<Config>,
    default: Config,
}

impl<'a> Origins<'a> {
    fn of(variables: Variables<'a>) -> Self {
        let of_variables = Config::from_variables(variables).ok();
        Self { variables, of_variables, default: Config::default() }
    }

    /// Where a value comes from: a variable if one is set and says the same, otherwise the program,
    /// unless it has left the default.
    fn find<V: PartialEq>(
        &self,
        config: &Config,
        value: impl Fn(&Config) -> V,
        set_by: &[&str],
    ) -> String {
        let is = |other: &Config| value(config) == value(other);
        let set = set_by.iter().find(|name| self.variables.get(name).is_some());
        match set.filter(|_| self.of_variables.as_ref().is_some_and(is)) {
            Some(variable) => (*variable).to_owned(),
            None if is(&self.default) => "default".to_owned(),
            None => "code".to_owned(),
        }
    }
}

fn page(config: &Config) -> String {
    config.page.at.as_ref().map_or_else(|| "off".to_owned(), ToString::to_string)
}

fn barriers(config: &Config) -> String {
    config.barriers.map_or_else(|| "never".into(), |every| format!("{every:?}"))
}

fn size(set: Option<usize>) -> String {
    set.map_or_else(|| "by the size of events".to_owned(), |events| events.to_string())
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
    use crate::job::variables::Variables;
    use crate::job::{Config, Status};

    const TOKEN: &str = "0123456789abcdef0123456789abcdef";

    /// With these variables, and no others.
    fn with<T>(set: &[(&str, &str)], work: impl FnOnce(Variables<'_>) -> T) -> T {
        work(Variables(&|name| {
            let found = set.iter().find(|(variable, _)| *variable == name);
            found.map(|(_, value)| (*value).into())
        }))
    }

    /// The value of a setting, and where it comes from.
    fn listed(config: &Config, set: &[(&str, &str)], name: &str) -> (String, String) {
        let listed = with(set, |variables| config.listed(variables));
        assert!(listed.iter().all(|setting| !setting.value.contains(TOKEN)));
        let setting = listed.into_iter().find(|setting| setting.name == name).unwrap();
        (setting.value, setting.from)
    }

    fn read(set: &[(&str, &str)]) -> Config {
        with(set, Config::from_variables).unwrap()
    }

    fn of(value: &str, from: &str) -> (String, String) {
        (value.to_owned(), from.to_owned())
    }

    #[test]
    fn a_setting_says_where_it_comes_from_and_a_token_stays_out() {
        let config = Config::default().batch(7).page(7000..=7009).page_token(TOKEN);
        let of_code = |name| listed(&config, &[], name);
        assert_eq!(of_code("batch"), of("7", "code"));
        assert_eq!(of_code("buffer"), of("by the size of events", "default"));
        assert_eq!(of_code("page"), of("127.0.0.1, ports 7000 to 7009", "code"));
        assert_eq!(of_code("page_token"), of("set", "code"));
    }

    #[test]
    fn a_variable_sets_what_it_says_unless_the_program_says_otherwise() {
        for (variable, text, name, value) in [
            ("MILLSTREAM_BATCH", "7", "batch", "7"),
            ("MILLSTREAM_BUFFER", "+64", "buffer", "64"),
            ("MILLSTREAM_CHECKPOINTS", "/tmp/job", "checkpoints", "/tmp/job"),
            ("MILLSTREAM_STATUS", "off", "status", "off"),
            ("MILLSTREAM_PAGE", "on", "page", "127.0.0.1, ports 7000 to 7009"),
            ("MILLSTREAM_PAGE", "off", "page", "off"),
            ("MILLSTREAM_PAGE_TOKEN", TOKEN, "page_token", "set"),
            ("MILLSTREAM_PAGE_TOKEN_FILE", "/run/token", "page_token", "in /run/token"),
            ("MILLSTREAM_PAGE_HOSTS", "ops.example, b,", "page_hosts", "ops.example, b"),
            ("MILLSTREAM_INSPECT", "0", "inspect", "false"),
        ] {
            let set = [(variable, text)];
            assert_eq!(listed(&read(&set), &set, name), of(value, variable), "{variable}={text}");
            let changed = read(&set)
                .batch(1)
                .buffer(1)
                .checkpoints("/tmp/other")
                .status(Status::On)
                .page(7001)
                .page_token(&TOKEN.replace('0', "1"))
                .page_host("c")
                .inspect(true);
            let from = listed(&changed, &set, name).1;
            let expected =
                if name == "inspect" && cfg!(debug_assertions) { "default" } else { "code" };
            assert_eq!(from, expected, "{variable}={text}, changed");
        }
    }

    #[test]
    fn an_empty_variable_sets_nothing() {
        for (variable, name) in [
            ("MILLSTREAM_BATCH", "batch"),
            ("MILLSTREAM_BUFFER", "buffer"),
            ("MILLSTREAM_CHECKPOINTS", "checkpoints"),
            ("MILLSTREAM_STATUS", "status"),
            ("MILLSTREAM_PAGE", "page"),
            ("MILLSTREAM_PAGE_TOKEN", "page_token"),
            ("MILLSTREAM_PAGE_TOKEN_FILE", "page_token"),
            ("MILLSTREAM_PAGE_HOSTS", "page_hosts"),
            ("MILLSTREAM_INSPECT", "inspect"),
        ] {
            let set = [(variable, "")];
            assert_eq!(listed(&read(&set), &set, name).1, "default", "{variable}");
        }
    }

    #[test]
    fn variables_that_are_refused_set_nothing() {
        let set = [("MILLSTREAM_BATCH", "many"), ("MILLSTREAM_STATUS", "off")];
        let config = Config::default().status(Status::Off);
        assert_eq!(listed(&config, &set, "batch"), of("by the size of events", "default"));
        assert_eq!(listed(&config, &set, "status"), of("off", "code"));
    }
}

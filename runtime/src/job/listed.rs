//! All settings of a run, as its page lists them.

use super::Config;
use crate::page::Setting;

impl Config {
    /// All settings, as the page lists them.
    pub(super) fn listed_settings(&self) -> Vec<Setting> {
        let default = Self::default();
        let setting = |name, of: fn(&Self) -> String, variable: Option<&str>| {
            let value = of(self);
            let is_from = |variable: &&str| std::env::var(variable).is_ok_and(|set| set == value);
            let from = match variable.filter(is_from) {
                Some(variable) => variable.to_owned(),
                None if value == of(&default) => "default".to_owned(),
                None => "code".to_owned(),
            };
            Setting { name, value, from }
        };
        vec![
            setting("batch", |config| config.batch.to_string(), Some("MILLSTREAM_BATCH")),
            setting("buffer", |config| config.buffer.to_string(), Some("MILLSTREAM_BUFFER")),
            setting("cores", |config| config.cores.to_string(), None),
            setting("flush_within", |config| format!("{:?}", config.flush_within), None),
            setting("drift", |config| format!("{:?}", config.drift), None),
            setting("status", |config| config.status.to_string(), Some("MILLSTREAM_STATUS")),
            setting("checkpoints", Self::checkpoints_text, Some("MILLSTREAM_CHECKPOINTS")),
            setting("checkpoint_every", |config| format!("{:?}", config.checkpoint_every), None),
            setting(
                "restarts",
                |config| format!("{:?}", config.restarts.unwrap_or_default()),
                None,
            ),
            setting(
                "barrier_every",
                |config| config.barriers.map_or("never".into(), |every| format!("{every:?}")),
                None,
            ),
        ]
    }

    fn checkpoints_text(&self) -> String {
        #[cfg(feature = "object-store")]
        if let Some(store) = &self.store {
            return store.to_string();
        }
        self.checkpoints.as_ref().map_or("none".to_owned(), |path| path.display().to_string())
    }
}

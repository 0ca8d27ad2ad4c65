//! The findings about a type while its shape is traced.

use super::fault::Fault;
use super::made_up::{MADE_UP, MadeUp};
use super::names::Names;
use super::{Body, DEPTH, FieldForms, NamedForm, StateShape, ValueForm};
use std::any::type_name;
use std::collections::HashMap;

/// How many values are made up for one type. It bounds time and memory, whatever the type.
const WORK: usize = 300_000;

/// Tells types apart: the visitor that serde brings for a type, and what it makes.
pub(super) type Identity = (&'static str, &'static str);

/// The identity of what a visitor makes.
pub(super) fn identity<V, T>() -> Identity {
    (type_name::<V>(), type_name::<T>())
}

/// A place for a value: its owner, the variant of it, and the number of the field.
pub(super) type ValuePlace = (Identity, usize, usize);

/// How far a place, a variant or an optional part is explored.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) enum Exploration {
    #[default]
    Unfinished,
    /// It is being explored: what is found inside is the same once more.
    Open,
    Finished,
}

/// What a place accepts.
#[derive(Debug, Clone, Copy, Default)]
struct ValueAttempt {
    made_up: usize,
    /// It refuses all that is made up.
    given_up: bool,
}

/// The parts of a type without a name.
#[derive(Debug, Default)]
pub(super) struct PartsFound {
    pub(super) forms: Vec<ValueForm>,
    pub(super) progress: Exploration,
}

/// A variant of an enum while it is explored.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Trial {
    progress: Exploration,
    failed: usize,
    /// A value of it was made.
    is_made: bool,
    /// There is no variant of this number.
    is_absent: bool,
}

/// How often a variant may fail before it counts as explored.
const FAILURES: usize = 4;

/// Collects what is found out about a type, in several passes: each makes up a value, with other
/// variants and contents than the passes before, until a pass finds nothing new.
#[derive(Debug, Default)]
pub(super) struct Tracer {
    /// The types with a name, in the order in which they are found.
    identities: Vec<Identity>,
    named: Vec<NamedForm>,
    /// For each of them, whether its fields are given by name: it refuses one of them.
    by_name: Vec<bool>,
    trials: Vec<Vec<Trial>>,
    pub(super) parts: HashMap<Identity, PartsFound>,
    attempts: HashMap<ValuePlace, ValueAttempt>,
    /// The form of the value that was made last.
    pub(super) last: ValueForm,
    /// The version of the type that comes next.
    pub(super) version: Option<u32>,
    /// Which values are made up at present.
    pub(super) made_up: usize,
    /// Counts what is found out.
    pub(super) learned: usize,
    /// The names that values write.
    pub(super) names: Names,
    /// Two passes have found different parts in one place.
    contradicts: bool,
    work: usize,
    depth: usize,
}

impl Tracer {
    /// Runs passes until nothing new is found.
    pub(super) fn run(
        mut self,
        name: &'static str,
        mut pass: impl FnMut(&mut Self) -> Result<(), Fault>,
    ) -> StateShape {
        let (mut root, place) = (ValueForm::Unknown, ((name, ""), 0, 0));
        loop {
            let before = self.learned;
            let (_, form) = self.at(place, &mut pass);
            self.merge(&mut root, form);
            if self.learned == before || self.is_spent() {
                break;
            }
        }
        self.names.apply(&mut self.named);
        self.drop_absent();
        if self.is_spent() || self.contradicts || root == ValueForm::Unknown {
            return StateShape::opaque(name);
        }
        StateShape { root, named: self.named }
    }

    fn is_spent(&self) -> bool {
        self.work > WORK
    }

    /// Counts a value.
    pub(super) fn step(&mut self) -> Result<(), Fault> {
        self.work += 1;
        if self.is_spent() { Err(Fault::Limit) } else { Ok(()) }
    }

    /// Counts a value with others in it, for as long as `inside` runs.
    pub(super) fn within<R>(
        &mut self,
        inside: impl FnOnce(&mut Self) -> Result<R, Fault>,
    ) -> Result<R, Fault> {
        self.step()?;
        if self.depth == DEPTH {
            return Err(Fault::Limit);
        }
        self.depth += 1;
        let outcome = inside(self);
        self.depth -= 1;
        outcome
    }

    /// The values made up at present.
    pub(super) fn value(&self) -> MadeUp {
        MadeUp::at(self.made_up)
    }

    /// Makes the value of a place, and returns its form besides. If the place refuses the value and
    /// nothing else was found out, the next pass makes up another.
    pub(super) fn at<R>(
        &mut self,
        place: ValuePlace,
        make: impl FnOnce(&mut Self) -> Result<R, Fault>,
    ) -> (Result<R, Fault>, ValueForm) {
        let ValueAttempt { made_up, given_up } =
            self.attempts.get(&place).copied().unwrap_or_default();
        let outer = self.made_up;
        self.made_up = outer.max(made_up);
        let before = self.learned;
        self.last = ValueForm::Unknown;
        let made = make(self);
        self.made_up = outer;
        let form = std::mem::take(&mut self.last);
        let made = match made {
            Err(Fault::Limit) | Ok(_) => made,
            Err(_) if given_up => Err(Fault::GivenUp),
            Err(fault) if self.learned == before => {
                self.learned += 1;
                let is_last = made_up + 1 == MADE_UP || fault == Fault::GivenUp;
                let next = ValueAttempt { made_up: made_up + 1, given_up: is_last };
                self.attempts.insert(place, next);
                Err(if is_last { Fault::GivenUp } else { fault })
            }
            Err(fault) => Err(fault),
        };
        (made, form)
    }

    /// Whether a place refuses all that is made up.
    pub(super) fn is_given_up(&self, place: ValuePlace) -> bool {
        self.attempts.get(&place).is_some_and(|attempt| attempt.given_up)
    }

    /// Adds what a pass has found in a place.
    pub(super) fn merge(&mut self, known: &mut ValueForm, found: ValueForm) {
        match (known, found) {
            (_, ValueForm::Unknown) => {}
            (known @ ValueForm::Unknown, found) => {
                *known = found;
                self.learned += 1;
            }
            (ValueForm::Maybe(known), ValueForm::Maybe(found))
            | (ValueForm::List(known), ValueForm::List(found)) => {
                self.merge(known, *found);
            }
            (ValueForm::Array(known, length), ValueForm::Array(found, other))
                if *length == other =>
            {
                self.merge(known, *found);
            }
            (ValueForm::Map(known), ValueForm::Map(found)) => {
                self.merge(&mut known.0, found.0);
                self.merge(&mut known.1, found.1);
            }
            (ValueForm::Tuple(known), ValueForm::Tuple(found)) if known.len() == found.len() => {
                known.iter_mut().zip(found).for_each(|(known, found)| self.merge(known, found));
            }
            // Once all parts are known they may turn out to be alike.
            (known @ ValueForm::Tuple(_), found @ ValueForm::Array(..)) => {
                *known = found;
                self.learned += 1;
            }
            (known, found) => self.contradicts |= *known != found,
        }
    }

    /// Adds what a pass has found in a part of a type without a name.
    pub(super) fn merge_part(&mut self, of: Identity, part: usize, found: ValueForm) {
        let mut forms = std::mem::take(&mut self.parts.entry(of).or_default().forms);
        if forms.len() <= part {
            forms.resize(part + 1, ValueForm::Unknown);
        }
        if let Some(known) = forms.get_mut(part) {
            self.merge(known, found);
        }
        self.parts.entry(of).or_default().forms = forms;
    }

    /// The parts of a type without a name, as far as they are known.
    pub(super) fn part(&self, of: Identity, part: usize) -> ValueForm {
        let form = self.parts.get(&of).and_then(|parts| parts.forms.get(part));
        form.cloned().unwrap_or_default()
    }

    /// Finds or adds a type with a name.
    pub(super) fn named(&mut self, of: Identity, name: &str, body: impl FnOnce() -> Body) -> usize {
        let version = self.version.take().unwrap_or(1);
        let known = self.identities.iter().zip(&self.named);
        let same = |(known, named): (&Identity, &NamedForm)| {
            *known == of && named.name == name && named.version == version
        };
        if let Some(at) = known.into_iter().position(same) {
            return at;
        }
        self.learned += 1;
        let body = body();
        let variants = if let Body::Enum(variants) = &body { variants.len() } else { 0 };
        self.identities.push(of);
        self.named.push(NamedForm { name: name.to_owned(), version, body });
        self.by_name.push(false);
        self.trials.push(vec![Trial::default(); variants]);
        self.named.len() - 1
    }

    /// Notes that an enum has no variant of this number, but more names than variants.
    pub(super) fn lacks(&mut self, at: usize, variant: usize) {
        let trials = self.trials.get_mut(at).and_then(|trials| trials.get_mut(variant));
        trials.into_iter().for_each(|trial| trial.is_absent = true);
    }

    /// Leaves to enums the variants that exist. Which of several names is that of one is only known
    /// of those that were written.
    fn drop_absent(&mut self) {
        for (named, trials) in self.named.iter_mut().zip(&self.trials) {
            let Body::Enum(variants) = &mut named.body else { continue };
            let present = trials.iter().take_while(|trial| !trial.is_absent).count();
            if present < variants.len() {
                variants.truncate(present);
                self.contradicts |= !self.names.has_variants(&named.name, variants);
            }
        }
    }

    fn fields(&mut self, at: usize, variant: usize) -> Option<&mut FieldForms> {
        match &mut self.named.get_mut(at)?.body {
            Body::Struct(fields) => Some(fields),
            Body::Enum(variants) => variants.get_mut(variant).map(|(_, fields)| fields),
        }
    }

    /// Adds which fields a variant has.
    pub(super) fn shape_fields(&mut self, at: usize, variant: usize, found: FieldForms) {
        if let Some(fields) = self.fields(at, variant)
            && *fields == FieldForms::Unknown
        {
            *fields = found;
            self.learned += 1;
        }
    }

    /// Adds what a pass has found in a field.
    pub(super) fn merge_field(
        &mut self,
        (at, variant): (usize, usize),
        field: usize,
        found: ValueForm,
    ) {
        let known = match self.fields(at, variant) {
            Some(FieldForms::Newtype(form)) if field == 0 => Some(form),
            Some(FieldForms::Tuple(forms)) => forms.get_mut(field),
            Some(FieldForms::Named(fields)) => fields.get_mut(field).map(|(_, form)| form),
            _ => None,
        };
        let Some(mut known) = known.map(std::mem::take) else {
            self.contradicts = true;
            return;
        };
        self.merge(&mut known, found);
        match self.fields(at, variant) {
            Some(FieldForms::Newtype(form)) => *form = known,
            Some(FieldForms::Tuple(forms)) => forms.get_mut(field).into_iter().for_each(|form| {
                form.clone_from(&known);
            }),
            Some(FieldForms::Named(fields)) => {
                fields.get_mut(field).into_iter().for_each(|(_, form)| form.clone_from(&known));
            }
            _ => {}
        }
    }

    /// Whether the fields of a struct are given by name.
    pub(super) fn is_by_name(&self, at: usize) -> bool {
        self.by_name.get(at).copied().unwrap_or_default()
    }

    /// From now on the fields of a struct are given by name, without the one that it refuses: so
    /// those behind it are explored too.
    pub(super) fn give_by_name(&mut self, at: usize) {
        if let Some(by_name @ false) = self.by_name.get_mut(at) {
            *by_name = true;
            self.learned += 1;
        }
    }

    /// The variant that a pass makes: one to explore, or one that can be made.
    pub(super) fn choose(&self, at: usize) -> Option<usize> {
        let trials = self.trials.get(at)?;
        let unfinished = trials.iter().enumerate();
        let unfinished = unfinished.filter(|(_, trial)| trial.progress == Exploration::Unfinished);
        let next = unfinished.min_by_key(|(_, trial)| trial.failed).map(|(variant, _)| variant);
        next.or_else(|| trials.iter().position(|trial| trial.is_made))
    }

    /// Explores a variant.
    pub(super) fn try_variant<R>(
        &mut self,
        (at, variant): (usize, usize),
        make: impl FnOnce(&mut Self) -> Result<R, Fault>,
    ) -> Result<R, Fault> {
        let trial = |tracer: &mut Self| -> Trial {
            let trials = tracer.trials.get(at).and_then(|trials| trials.get(variant));
            trials.copied().unwrap_or_default()
        };
        let set = |tracer: &mut Self, changed: Trial| {
            let trials = tracer.trials.get_mut(at).and_then(|trials| trials.get_mut(variant));
            trials.into_iter().for_each(|trial| *trial = changed);
        };
        let first = trial(self);
        let explores = first.progress == Exploration::Unfinished;
        if explores {
            set(self, Trial { progress: Exploration::Open, ..first });
        }
        let before = self.learned;
        let made = make(self);
        let mut after = trial(self);
        after.is_made |= made.is_ok();
        if explores {
            after.progress = match &made {
                Ok(_) if self.learned == before => Exploration::Finished,
                Err(Fault::GivenUp) => Exploration::Finished,
                Err(_) if after.failed == FAILURES && self.learned == before => {
                    Exploration::Finished
                }
                _ => Exploration::Unfinished,
            };
            after.failed += usize::from(made.is_err());
            // There is one variant less, or another order of them.
            self.learned += usize::from(self.learned == before);
        }
        set(self, after);
        made
    }
}

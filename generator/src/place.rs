//! Places as text, as rules and the name lock write them: `GetUser.reply/profile/address`, `ListUsers.reply/[]`.

use std::fmt;
use std::str::FromStr;

use crate::model::{Part, Place};

impl Place {
    /// The place one step further in.
    pub fn step(&self, step: &str) -> Self {
        let mut place = self.clone();
        place.path.push(step.to_owned());
        place
    }

    /// Whether a component stands here, and not a part of one.
    pub fn is_component(&self) -> bool {
        self.path.is_empty() && matches!(self.part, Part::Component | Part::SentComponent)
    }

    /// Whether what stands here is sent to the server.
    pub fn is_sent(&self) -> bool {
        matches!(self.part, Part::Body | Part::Parameter | Part::SentComponent)
    }
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}", escape(&self.operation), self.part.as_str())?;
        for step in &self.path {
            write!(f, "/{}", escape(step))?;
        }
        Ok(())
    }
}

impl FromStr for Place {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let mut steps = text.split('/');
        let head = steps.next().unwrap_or_default();
        let (operation, part) = head
            .rsplit_once('.')
            .ok_or_else(|| format!("`{text}` is not a place: expected `Operation.reply/member`"))?;
        let part = Part::parse(part).ok_or_else(|| {
            format!("`{part}` in `{text}` is not reply, body, parameter, component or sent-component")
        })?;
        let path = steps.map(unescape).collect();
        Ok(Place { operation: unescape(operation), part, path })
    }
}

impl Part {
    /// The word for it in rules and lock.
    pub fn as_str(self) -> &'static str {
        match self {
            Part::Reply => "reply",
            Part::Failure => "failure",
            Part::Webhook => "webhook",
            Part::Body => "body",
            Part::Parameter => "parameter",
            Part::Component => "component",
            Part::SentComponent => "sent-component",
        }
    }

    fn parse(text: &str) -> Option<Self> {
        use Part::{Body, Component, Failure, Parameter, Reply, SentComponent, Webhook};
        [Reply, Body, Parameter, Component, SentComponent, Failure, Webhook]
            .into_iter()
            .find(|part| part.as_str() == text)
    }
}

/// White space and slashes part the words of a lock and the steps of a place.
fn escape(step: &str) -> String {
    let mut escaped = String::with_capacity(step.len());
    for sign in step.chars() {
        match sign {
            '~' => escaped.push_str("~0"),
            '/' => escaped.push_str("~1"),
            ' ' => escaped.push_str("~2"),
            sign if sign.is_whitespace() || sign.is_control() => escaped.push_str(&format!("~u{:x};", u32::from(sign))),
            sign => escaped.push(sign),
        }
    }
    escaped
}

fn unescape(step: &str) -> String {
    let mut parts = step.split('~');
    let mut text = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let known = [('0', '~'), ('1', '/'), ('2', ' ')].iter().find(|(mark, _)| part.starts_with(*mark));
        let coded = part.strip_prefix('u').and_then(|rest| rest.split_once(';'));
        match (known, coded) {
            (Some((_, sign)), _) => {
                text.push(*sign);
                text.push_str(&part[1..]);
            }
            (None, Some((code, rest))) => {
                text.extend(u32::from_str_radix(code, 16).ok().and_then(char::from_u32));
                text.push_str(rest);
            }
            (None, None) => text.push_str(part),
        }
    }
    text
}

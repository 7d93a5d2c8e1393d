//! Numbers and texts.

use serde_json::{Number, Value};

use crate::lower::WHOLE;

use super::{Context, Fill, Sampler, matching, size};

/// The longest text that a limit can ask for, in characters.
const LONGEST: u64 = 100_000;
/// A moment in milliseconds, above 2³¹ on purpose.
const MILLIS: i64 = 1_763_000_000_000;

impl Sampler<'_> {
    pub(super) fn integer(&self, schema: &Value, fill: Fill, at: &Context) -> i64 {
        let (mut low, mut high) = (schema["minimum"].as_f64(), schema["maximum"].as_f64());
        if let Some(least) = schema["exclusiveMinimum"].as_f64() {
            low = Some(least + 1.0);
        } else if schema["exclusiveMinimum"] == true {
            low = low.map(|low| low + 1.0);
        }
        if let Some(most) = schema["exclusiveMaximum"].as_f64() {
            high = Some(most - 1.0);
        } else if schema["exclusiveMaximum"] == true {
            high = high.map(|high| high - 1.0);
        }
        let small = (self.seed % 90) as i64 + at.index as i64 + 1;
        let wanted = match (fill, schema["format"].as_str()) {
            (_, Some("int32" | "uint32" | "int16" | "uint16" | "int8" | "uint8")) => small,
            (Fill::Every, _) if high.is_none() => MILLIS + small,
            _ => small,
        };
        // A limit that is a whole number counts to the last digit, which a float beyond 2⁵³ would lose.
        let exact = |key: &str, float: Option<f64>| schema[key].as_i64().filter(|limit| float == Some(*limit as f64));
        let low = exact("minimum", low).or(low.map(|low| low.ceil() as i64)).unwrap_or(i64::MIN);
        let high = exact("maximum", high).or(high.map(|high| high.floor() as i64)).unwrap_or(i64::MAX);
        let value = wanted.min(high).max(low);
        match schema["multipleOf"].as_f64() {
            Some(step) if step >= 1.0 => {
                let step = step as i64;
                let down = value - value.rem_euclid(step);
                if down < low { down.saturating_add(step) } else { down }
            }
            _ => value,
        }
    }

    pub(super) fn number(&self, schema: &Value, fill: Fill, at: &Context) -> Value {
        let whole = self.integer(schema, fill, at);
        if schema["format"].as_str().is_some_and(|format| WHOLE.contains(&format)) {
            return Value::Number(whole.into());
        }
        let half = whole as f64 + 0.5;
        let fits = schema["maximum"].as_f64().is_none_or(|most| half < most);
        if let (Some(low), Some(high)) = (schema["minimum"].as_f64(), schema["maximum"].as_f64())
            && !(low..=high).contains(&(whole as f64))
        {
            return Number::from_f64((low + high) / 2.0).map_or(Value::Null, Value::Number);
        }
        if fits && schema.get("multipleOf").is_none() {
            Number::from_f64(half).map_or(Value::Null, Value::Number)
        } else {
            Value::Number(whole.into())
        }
    }

    pub(super) fn text(&self, schema: &Value, at: &Context) -> String {
        let least = size(schema, "minLength").unwrap_or(0).min(LONGEST) as usize;
        let most = size(schema, "maxLength").map_or(usize::MAX, |most| most as usize);
        if let Some(text) = schema["pattern"].as_str().and_then(|pattern| matching(pattern, least)) {
            return text;
        }
        if matches!(schema["contentEncoding"].as_str(), Some("base64" | "base64url")) {
            return self.formatted("byte", at);
        }
        let text = match schema["format"].as_str() {
            Some(format) => self.formatted(format, at),
            None => self.word(at),
        };
        if text.chars().count() > most {
            return text.chars().take(most).collect();
        }
        let short = least.saturating_sub(text.chars().count());
        text + &"x".repeat(short)
    }

    fn formatted(&self, format: &str, at: &Context) -> String {
        let number = self.seed % 100 + at.index;
        match format {
            "uri" | "url" | "iri" | "uri-reference" => format!("https://example.com/{number}"),
            "email" | "idn-email" => format!("user{number}@example.com"),
            "date-time" => format!("2025-11-13T02:13:{:02}.000Z", number % 60),
            "date" => "2025-11-13".to_owned(),
            "time" => "02:13:20Z".to_owned(),
            "duration" => "PT1H".to_owned(),
            "uuid" => format!("6f1ce4a2-8d3b-4c57-9e10-{number:012x}"),
            "ipv4" | "ip" => format!("192.0.2.{}", number % 250),
            "ipv6" => "2001:db8::1".to_owned(),
            "hostname" | "idn-hostname" => format!("host{number}.example.com"),
            "phone" => format!("1415555{number:04}"),
            "byte" | "base64" => "c2FtcGxl".to_owned(),
            "regex" => "^[a-z]+$".to_owned(),
            _ => self.word(at),
        }
    }

    /// A short word that says which member it is the value of.
    pub(super) fn word(&self, at: &Context) -> String {
        let name: String = at.name.chars().filter(char::is_ascii_alphanumeric).take(12).collect();
        let name = if name.is_empty() { "text" } else { &name };
        format!("{name}-{}", self.seed % 1000 + at.index)
    }
}

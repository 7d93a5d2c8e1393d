//! Moments: what they read, print and convert to.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use logto_runtime::{DateTime, Timestamp, UnixTime};
use proptest::prelude::*;
use serde_json::json;

use crate::read;

#[test]
fn moments_read_whole_numbers_only() {
    for (json, expected) in [
        (json!(1_700_000_000_123_i64), Some(1_700_000_000_123)),
        (json!(1.7e12), Some(1_700_000_000_000)),
        (json!(-1), Some(-1)),
        (json!(i64::MAX), Some(i64::MAX)),
        (json!(u64::MAX), None),
        (json!(1.5), None),
        (json!(1e300), None),
        (json!("1700000000000"), None),
        (json!("2024-05-01T12:00:00.000Z"), None),
        (json!(null), None),
    ] {
        assert_eq!(read(json.clone()).ok(), expected.map(Timestamp::from_millis), "{json}");
        assert_eq!(read(json.clone()).ok(), expected.map(UnixTime::from_secs), "{json}");
    }
    assert_eq!(
        read::<Timestamp>(json!("x")).unwrap_err(),
        "invalid type: string, expected whole milliseconds since the epoch"
    );
}

#[test]
fn moments_print_as_iso() {
    assert_eq!(Timestamp::from_millis(1_714_564_800_123).to_string(), "2024-05-01T12:00:00.123Z");
    assert_eq!(UnixTime::from_secs(1_714_564_800).to_string(), "2024-05-01T12:00:00Z");
    assert_eq!(Timestamp::from_millis(i64::MAX).to_string(), i64::MAX.to_string());
    assert_eq!(Timestamp::from(UnixTime::from_secs(i64::MAX)), Timestamp::from_millis(i64::MAX));
}

#[test]
fn iso_texts_are_kept_and_parsed_on_demand() {
    for (text, millis) in [
        ("2024-05-01T12:00:00.000Z", Some(1_714_564_800_000)),
        ("2024-05-01T14:00:00+02:00", Some(1_714_564_800_000)),
        ("2024-05-01", None),
        ("", None),
    ] {
        let moment: DateTime = read(json!(text)).unwrap();
        assert_eq!(moment.as_str(), text);
        assert_eq!(moment.timestamp().ok(), millis.map(Timestamp::from_millis), "{text}");
        assert_eq!(serde_json::to_value(&moment).unwrap(), json!(text));
    }
}

#[test]
fn moments_before_the_epoch_round_towards_it() {
    let moment = UNIX_EPOCH - Duration::from_micros(1_500);
    assert_eq!(Timestamp::try_from(moment), Ok(Timestamp::from_millis(-1)));
    assert_eq!(UnixTime::try_from(moment), Ok(UnixTime::from_secs(0)));
}

proptest! {
    #[test]
    fn moments_convert_without_panic(number in any::<i64>()) {
        let moments = [Timestamp::from_millis(number).try_into(), UnixTime::from_secs(number).try_into()];
        for moment in moments.into_iter().flatten() {
            let moment: SystemTime = moment;
            let _ = (Timestamp::try_from(moment), UnixTime::try_from(moment));
        }
        let _ = (Timestamp::from_millis(number).to_string(), UnixTime::from_secs(number).to_string());
    }

    #[test]
    fn millis_survive_system_time(millis in -62_135_596_800_000_i64..=253_402_300_799_999) {
        let moment = SystemTime::try_from(Timestamp::from_millis(millis)).unwrap();
        prop_assert_eq!(Timestamp::try_from(moment).unwrap().as_millis(), millis);
        let text = Timestamp::from_millis(millis).to_string();
        prop_assert_eq!(DateTime::from(text).timestamp().unwrap().as_millis(), millis);
    }

    #[test]
    fn any_number_is_read_or_refused(number in any::<f64>()) {
        let read = serde_json::from_value::<Timestamp>(json!(number));
        if let Ok(moment) = read {
            prop_assert_eq!(moment.as_millis() as f64, number);
        }
    }
}

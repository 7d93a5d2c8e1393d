//! When a paused client goes on: as tables of what happens at which time, and with callers that wait.

use std::pin::pin;
use std::sync::atomic::Ordering;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use futures_util::FutureExt;
use futures_util::future::join_all;

use super::state::{Admission, State};
use super::{Allowance, Heard, Over, Pause};
use crate::clock::{Clock, ManualClock};
use crate::observer::Event;
use crate::settings::RetryPolicy;

const fn ms(millis: u64) -> Duration {
    Duration::from_millis(millis)
}

/// What happens to a state, and what comes of it.
#[derive(Debug, Clone, Copy)]
enum Step {
    /// The next in line asks.
    Ask(Admission),
    /// A request that passed under this number is refused; the server asks to wait; the pause that begins.
    Refused(u64, Option<u64>, Option<u64>),
    /// A probe that passed under this number is answered while someone waits or nobody; for how long it was closed, if it opens.
    Answered(u64, bool, Option<u64>),
    /// A probe ends without an answer.
    Released(u64),
}

/// Plays steps at their times, in milliseconds.
fn play(name: &str, policy: &RetryPolicy, random: f64, steps: &[(u64, Step)]) {
    let mut state = State::default();
    for (at, step) in steps {
        let now = ms(*at);
        match *step {
            Step::Ask(expected) => assert_eq!(state.admit(now), expected, "{name}, at {at}"),
            Step::Refused(number, asked, expected) => {
                let begun = state.refused(number, now, asked.map(ms), random, policy);
                assert_eq!(begun, expected.map(ms), "{name}, at {at}");
            }
            Step::Answered(number, someone_waits, expected) => {
                assert_eq!(state.answered(number, now, someone_waits), expected.map(ms), "{name}, at {at}");
            }
            Step::Released(number) => state.released(number),
        }
    }
}

#[test]
fn h1_a_pause_ends_with_probes() {
    use Admission::{At, Hopeless, News, Open, Probe};
    use Step::{Answered, Ask, Refused, Released};
    let policy = RetryPolicy::default();
    play(
        "as long as the server asks, and a little more",
        &policy,
        0.5,
        &[
            (0, Ask(Open)),
            (0, Refused(0, Some(3000), Some(3250))),
            (0, Ask(At(ms(3250)))),
            (3249, Ask(At(ms(3250)))),
            (3250, Ask(Probe)),
            (3250, Ask(News(ms(4250)))),
            (3300, Answered(1, false, Some(3300))),
            (3300, Ask(Open)),
        ],
    );
    play(
        "what was sent before the pause only makes it longer",
        &policy,
        0.0,
        &[
            (0, Refused(0, None, Some(250))),
            (10, Refused(0, None, None)),
            (10, Ask(At(ms(250)))),
            (20, Refused(0, Some(1000), None)),
            (20, Ask(At(ms(1020)))),
            (30, Refused(0, Some(500), None)),
            (30, Ask(At(ms(1020)))),
        ],
    );
    play(
        "each answer makes room for one more",
        &policy,
        0.0,
        &[
            (0, Refused(0, None, Some(250))),
            (250, Ask(Probe)),
            (251, Ask(News(ms(1250)))),
            (260, Answered(1, true, None)),
            (260, Ask(Probe)),
            (260, Ask(Probe)),
            (260, Ask(News(ms(1260)))),
            (270, Answered(1, true, None)),
            (270, Answered(1, true, None)),
            (270, Ask(Probe)),
            (270, Ask(Probe)),
            (270, Ask(Probe)),
            (270, Ask(Probe)),
            (270, Ask(News(ms(1270)))),
            (280, Answered(1, false, Some(280))),
            (280, Ask(Open)),
            (290, Answered(1, false, None)),
        ],
    );
    play(
        "a refused probe begins the next pause, and others of its round do not",
        &policy,
        0.0,
        &[
            (0, Refused(0, None, Some(250))),
            (250, Ask(Probe)),
            (260, Answered(1, true, None)),
            (260, Ask(Probe)),
            (260, Ask(Probe)),
            (270, Refused(1, None, Some(250))),
            (271, Refused(1, None, None)),
            (271, Ask(At(ms(520)))),
            (271, Answered(1, false, None)),
            (520, Ask(Probe)),
        ],
    );
    play(
        "a probe that goes away makes room, and one that hangs holds nobody back for long",
        &policy,
        0.0,
        &[
            (0, Refused(0, None, Some(250))),
            (250, Ask(Probe)),
            (250, Released(1)),
            (251, Ask(Probe)),
            (252, Ask(News(ms(1251)))),
            (1251, Ask(Probe)),
            (1251, Ask(News(ms(2251)))),
        ],
    );
    play(
        "whoever is told to wait for too long is told at once, and later one of them goes",
        &policy,
        0.0,
        &[
            (0, Refused(0, Some(3_600_000), Some(60_000))),
            (1000, Ask(Hopeless(ms(3_599_000)))),
            (60_000, Ask(Probe)),
            (60_001, Answered(1, false, Some(60_001))),
        ],
    );
    play("to come back at once is no answer", &policy, 0.0, &[(0, Refused(0, Some(0), Some(250)))]);
    let hasty = RetryPolicy { base: Duration::ZERO, ..RetryPolicy::default() };
    play("a policy without a base does not make it spin", &hasty, 0.0, &[(0, Refused(0, None, Some(50)))]);
}

#[test]
fn h2_a_computed_pause_grows_and_shrinks() {
    use Admission::Probe;
    use Step::{Answered, Ask, Refused};
    let policy = RetryPolicy::default();
    // Between half of the bound and the whole of it.
    for (random, pauses) in [
        (0.0, [250, 500, 1000, 2000, 4000, 8000, 10_000, 10_000]),
        (1.0, [500, 1000, 2000, 4000, 8000, 16_000, 20_000, 20_000]),
    ] {
        let mut now = 0;
        let mut steps = Vec::new();
        for (number, pause) in (0..).zip(pauses) {
            steps.push((now, Refused(number, None, Some(pause))));
            now += pause;
            steps.push((now, Ask(Probe)));
        }
        play("again and again", &policy, random, &steps);
    }
    play(
        "each answer takes a doubling off",
        &policy,
        0.0,
        &[
            (0, Refused(0, None, Some(250))),
            (250, Ask(Probe)),
            (250, Refused(1, None, Some(500))),
            (750, Ask(Probe)),
            (750, Refused(2, None, Some(1000))),
            (1750, Ask(Probe)),
            (1760, Answered(3, true, None)),
            (1760, Ask(Probe)),
            (1760, Refused(3, None, Some(1000))),
            (2760, Ask(Probe)),
            (2770, Answered(4, true, None)),
            (2770, Ask(Probe)),
            (2780, Answered(4, false, Some(2780))),
            (2790, Refused(4, None, Some(500))),
        ],
    );
    play(
        "time without a refusal takes all of them off",
        &policy,
        0.0,
        &[
            (0, Refused(0, None, Some(250))),
            (250, Ask(Probe)),
            (250, Refused(1, None, Some(500))),
            (750, Ask(Probe)),
            (750, Refused(2, None, Some(1000))),
            (1750, Ask(Probe)),
            (1750, Answered(3, false, Some(1750))),
            (21_750, Refused(3, None, Some(250))),
        ],
    );
    // No number of refusals is too much for the arithmetic.
    let mut state = State::default();
    for number in 0..200 {
        let pause = state.refused(number, Duration::MAX, Some(Duration::MAX), f64::NAN, &policy);
        assert!(pause.is_some(), "{number}");
    }
}

fn pause(clock: &ManualClock) -> Pause {
    Pause::new(Arc::new(clock.clone()), RetryPolicy::default(), None)
}

/// A pause that has begun, of 3.25 seconds.
fn paused(clock: &ManualClock) -> Pause {
    let pause = pause(clock);
    pause.pass().unwrap().heard(Heard::Refusal(Some(ms(3000))));
    assert!(pause.pass().is_none());
    pause
}

#[test]
fn h1_callers_go_on_in_the_order_in_which_they_came() {
    let clock = ManualClock::new();
    let pause = paused(&clock);
    let went = Mutex::new(Vec::new());
    let in_flight = Mutex::new(Vec::new());
    let calls = join_all((0..10).map(|number| {
        let (pause, went, in_flight) = (&pause, &went, &in_flight);
        async move {
            let ticket = pause.enter(Duration::MAX).await.unwrap();
            went.lock().unwrap().push(number);
            in_flight.lock().unwrap().push(ticket);
        }
    }));
    let mut calls = pin!(calls);
    assert!(calls.as_mut().now_or_never().is_none() && went.lock().unwrap().is_empty());
    clock.advance(ms(3250));
    // In each round all that went are answered, which lets twice as many go.
    for total in [1, 3, 7, 10] {
        let _ = calls.as_mut().now_or_never();
        assert_eq!(*went.lock().unwrap(), (0..total).collect::<Vec<_>>());
        let tickets = std::mem::take(&mut *in_flight.lock().unwrap());
        tickets.into_iter().for_each(|ticket| ticket.heard(Heard::Answer));
    }
    assert!(pause.pass().is_some_and(|ticket| !ticket.is_probe()), "nobody waits any more");
    assert_eq!(
        (clock.pauses(), pause.waiting.load(Ordering::SeqCst)),
        (vec![ms(3250)], 0),
        "one of them watched the clock"
    );
}

#[test]
fn h1_whoever_goes_away_leaves_nothing_behind() {
    let clock = ManualClock::new();
    let pause = paused(&clock);
    let mut waiting: Vec<_> = (0..5).map(|_| Box::pin(pause.enter(Duration::MAX))).collect();
    waiting.iter_mut().for_each(|call| assert!(call.as_mut().now_or_never().is_none()));
    assert_eq!(pause.waiting.load(Ordering::SeqCst), 5);
    // The one who watches the clock, and one in the line.
    drop(waiting.remove(0));
    drop(waiting.remove(1));
    assert_eq!(pause.waiting.load(Ordering::SeqCst), 3);
    waiting.iter_mut().for_each(|call| assert!(call.as_mut().now_or_never().is_none()));
    clock.advance(ms(3250));
    let probe = waiting[0].as_mut().now_or_never().unwrap().unwrap();
    assert!(probe.is_probe() && probe.is_valid());
    assert!(waiting[1].as_mut().now_or_never().is_none(), "one at a time");
    // A probe that is given up lets the next one go.
    drop(probe);
    let probe = waiting[1].as_mut().now_or_never().unwrap().unwrap();
    waiting.clear();
    probe.heard(Heard::Nothing);
    let ticket = pause.enter(Duration::MAX).now_or_never().unwrap().unwrap();
    ticket.heard(Heard::Answer);
    assert!(pause.pass().is_some());
    assert_eq!(pause.waiting.load(Ordering::SeqCst), 0);
}

#[test]
fn h2_a_pause_that_is_too_long_is_told_at_once() {
    let clock = ManualClock::new();
    let pause = paused(&clock);
    assert_eq!(pause.enter(ms(3249)).now_or_never().unwrap().unwrap_err(), ms(3250));
    assert!(pause.enter(ms(3250)).now_or_never().is_none());
    let error = pause.error(pause.rest(), ms(3249));
    assert!(error.is_paused() && error.is_rate_limited() && error.retry_after() == Some(ms(3250)), "{error:?}");
    assert!(error.to_string().contains("the client is paused"), "{error}");
}

#[test]
fn h1_an_observer_hears_of_begin_and_end() {
    let clock = ManualClock::new();
    let heard = Arc::new(Mutex::new(Vec::new()));
    let log = Arc::clone(&heard);
    let observer = move |event: &Event<'_>| log.lock().unwrap().push(format!("{event:?}"));
    let pause = Pause::new(Arc::new(clock.clone()), RetryPolicy::default(), Some(Arc::new(observer)));
    let (first, second) = (pause.pass().unwrap(), pause.pass().unwrap());
    first.heard(Heard::Refusal(Some(ms(1000))));
    second.heard(Heard::Refusal(Some(ms(1000))));
    clock.advance(ms(1250));
    pause.enter(Duration::MAX).now_or_never().unwrap().unwrap().heard(Heard::Refusal(None));
    clock.advance(ms(1000));
    pause.enter(Duration::MAX).now_or_never().unwrap().unwrap().heard(Heard::Answer);
    let expected = ["PauseBegan { wait: 1.25s }", "PauseBegan { wait: 750ms }", "PauseEnded { after: 2.25s }"];
    assert_eq!(*heard.lock().unwrap(), expected);
}

/// What is held back does not use up the time of the call, but that for pauses.
#[test]
fn h2_two_times_run_one_after_the_other() {
    // Time of the call, time for pauses, when the pause ends, what the call waits for comes when; what is over, and when.
    let table = [
        (5000, 10_000, 3250, 4000, None, 4000),
        (1000, 10_000, 3250, 4249, None, 4249),
        (1000, 10_000, 3250, 5000, Some(Over::Call), 4250),
        (5000, 2000, 3250, 9000, Some(Over::Pause), 2000),
        (5000, 0, 3250, 9000, Some(Over::Pause), 0),
    ];
    for (number, (time, bound, end, comes, expected, at)) in table.into_iter().enumerate() {
        let clock = ManualClock::new();
        let pause = paused(&clock);
        let mut allowance = Allowance::new(Duration::ZERO, ms(time), ms(bound));
        let mut waiting = pin!(clock.deadline(ms(comes)));
        let mut within = Box::pin(pause.within(&mut allowance, waiting.as_mut()));
        let mut result = within.as_mut().now_or_never();
        while result.is_none() {
            clock.advance(ms(1));
            if clock.now() == ms(end) {
                pause.enter(Duration::MAX).now_or_never().unwrap().unwrap().heard(Heard::Answer);
            }
            result = within.as_mut().now_or_never();
        }
        assert_eq!(result.and_then(Result::err), expected, "{number}");
        // Whether a pause goes on is only looked at from time to time.
        let late = clock.now().saturating_sub(ms(at));
        assert!(clock.now() >= ms(at) && late <= ms(1000), "{number}: {:?}", clock.now());
    }
}

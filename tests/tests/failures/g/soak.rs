//! A short soak among the other tests. `cargo xtask soak` runs a long one alone in its process, where memory and descriptors
//! can be looked at as well.

use std::time::Duration;

use logto_tests::soak::{self, Options};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn g4_nothing_is_lost_and_nothing_is_done_twice() {
    let options = Options {
        time: Duration::from_secs(3),
        warm_up: Duration::from_millis(500),
        tasks: 24,
        // More than in a long one, so that a few seconds meet every fault.
        faults_per_mille: 60,
    };
    let report = soak::run(&options).await.expect("a soak");
    assert_eq!(report.faults(), [""; 0], "{report}");
    assert!(report.calls > 100 && report.attempts > report.calls / 2 && report.lists > 0, "{report}");
    assert!(report.tokens >= 1, "{report}");
}

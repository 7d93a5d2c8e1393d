//! The retry budget.

use std::sync::Arc;

use shuttle::thread;

use super::Budget;

#[test]
fn c5_it_empties_and_fills() {
    let budget = Budget::new(10);
    budget.take(5).unwrap().spend();
    budget.take(5).unwrap().spend();
    assert!(budget.take(1).is_none(), "it is empty");
    budget.put(3);
    assert!(budget.take(4).is_none(), "there is less than that");
    budget.put(u32::MAX);
    assert!(budget.take(11).is_none(), "it holds no more than its size");
    assert!(budget.take(10).is_some());
}

#[test]
fn c16_what_is_not_spent_comes_back() {
    let budget = Budget::new(5);
    drop(budget.take(5).unwrap());
    budget.take(5).unwrap().spend();
    assert!(budget.take(1).is_none());
}

/// Callers that take, spend and go away in every order: a model, whose steps are the operations, each of which is one atomic one.
#[test]
fn c16_whatever_the_order_what_is_not_spent_is_there() {
    let round = || {
        let budget = Arc::new(Budget::new(10));
        let callers = [true, false, false].map(|spends| {
            let budget = Arc::clone(&budget);
            thread::spawn(move || {
                let cost = budget.take(5);
                thread::yield_now();
                let spent = match cost {
                    Some(cost) if spends => {
                        cost.spend();
                        5
                    }
                    _ => 0,
                };
                thread::yield_now();
                budget.put(1);
                spent
            })
        });
        let spent: u32 = callers.into_iter().map(|caller| caller.join().unwrap()).sum();
        // Three successes pay into it, as far as there is room.
        let all = budget.take(10 - spent).unwrap();
        all.spend();
        let more = (0..10).take_while(|_| budget.take(1).map(|cost| cost.spend()).is_some()).count();
        assert!(more <= if spent == 0 { 0 } else { 3 }, "spent {spent}, {more} too much");
    };
    shuttle::check_random(round, 2000);
}

// Writes the fact that a clock was accepted, which the chain of amendments covers.
CREATE (:ClockAcceptance {id: $id, amendment: $amendment, clock: $clock, last: $last, recorded_from: $recorded_from,
                          recorded_to: $recorded_to})

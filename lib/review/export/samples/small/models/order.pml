active proctype waiter() { skip }

// Threads, their storage, and a panic that is caught.
use std::cell::Cell;
use std::thread;

thread_local!(static MINE: Cell<u32> = Cell::new(40));

fn main() {
    let sum: u32 = (0..8).map(|i| thread::spawn(move || MINE.with(|m| { m.set(m.get() + i); m.get() })))
        .map(|t| t.join().unwrap()).sum();
    std::panic::set_hook(Box::new(|_| {}));
    let caught = std::panic::catch_unwind(|| { let v: Vec<u32> = vec![]; v[std::env::args().count()] });
    println!("rust {} {}", sum, caught.is_err());
}

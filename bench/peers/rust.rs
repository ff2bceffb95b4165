// SPDX-License-Identifier: MIT
//
// The peers from Rust's standard library: Arc, Rc, Box and their weak references.
// Knows nothing of Holdfast; a static library that the benchmarks call through the C interface of
// peers.h. The barriers are those of the harness, written in assembler here too.
#![allow(dead_code, non_upper_case_globals)] // payloads that nobody reads; names from C

use std::arch::asm;
use std::cell::Cell;
use std::ptr::null_mut;
use std::rc::{Rc, Weak as LocalWeak};
use std::sync::{Arc, Weak};

type Payload = [u64; 4];
const TURNS: usize = 50;
const BATCH: usize = 1000;

fn keep<T>(place: &T) {
    unsafe { asm!("/* {0} */", in(reg) place as *const T, options(nostack, preserves_flags)) }
}

fn hide<T>(place: &T) -> &T {
    let mut address = place as *const T;
    unsafe {
        asm!("/* {0} */", inout(reg) address, options(nostack, preserves_flags));
        &*address
    }
}

fn pairs<T: Clone>(one: &T, n: u64) {
    for _ in 0..n {
        let copy = hide(one).clone();
        keep(&copy);
    }
}

#[no_mangle]
pub extern "C" fn rust_rc_pair(n: u64) {
    thread_local!(static ONE: Rc<Payload> = Rc::new([0; 4]));
    ONE.with(|one| pairs(one, n));
}

// Made once, by whichever thread comes first, and shared by both in contention.
fn shared() -> &'static Arc<Payload> {
    static ONE: std::sync::Once = std::sync::Once::new();
    static mut PLACE: *mut Arc<Payload> = null_mut();
    unsafe {
        ONE.call_once(|| PLACE = Box::into_raw(Box::new(Arc::new([0; 4]))));
        &*PLACE
    }
}

#[no_mangle]
pub extern "C" fn rust_arc_pair(n: u64) {
    pairs(shared(), n);
}

#[no_mangle]
pub extern "C" fn rust_arc_turns(n: u64) {
    let many: Vec<Arc<Payload>> = (0..TURNS).map(|_| Arc::new([0; 4])).collect();
    let mut copy: Vec<Option<Arc<Payload>>> = (0..TURNS).map(|_| None).collect();
    for _ in 0..n / TURNS as u64 {
        for i in 0..TURNS {
            copy[i] = Some(many[i].clone());
        }
        keep(&copy);
        for place in copy.iter_mut() {
            *place = None;
        }
        keep(&copy);
    }
}

#[no_mangle]
pub extern "C" fn rust_rc_upgrade(n: u64) {
    let one: Rc<Payload> = Rc::new([0; 4]);
    let weak: LocalWeak<Payload> = Rc::downgrade(&one);
    for _ in 0..n {
        keep(&hide(&weak).upgrade());
    }
}

#[no_mangle]
pub extern "C" fn rust_arc_upgrade(n: u64) {
    let weak: Weak<Payload> = Arc::downgrade(shared());
    for _ in 0..n {
        keep(&hide(&weak).upgrade());
    }
}

#[no_mangle]
pub extern "C" fn rust_arc_make(n: u64) {
    for _ in 0..n {
        let object: Arc<Payload> = Arc::new([0; 4]);
        keep(&object);
    }
}

#[no_mangle]
pub extern "C" fn rust_arc_batch(n: u64) {
    let mut batch: Vec<Option<Arc<Payload>>> = (0..BATCH).map(|_| None).collect();
    for _ in 0..n / BATCH as u64 {
        for place in batch.iter_mut() {
            *place = Some(Arc::new([0; 4]));
        }
        keep(&batch);
        for place in batch.iter_mut() {
            *place = None;
        }
        keep(&batch);
    }
}

struct SharedNode {
    next: Option<Arc<SharedNode>>,
    word: [u64; 3],
}

struct BoxNode {
    next: Option<Box<BoxNode>>,
    word: [u64; 3],
}

thread_local! {
    static SHARED_HEAD: Cell<Option<Arc<SharedNode>>> = Cell::new(None);
    static BOX_HEAD: Cell<Option<Box<BoxNode>>> = Cell::new(None);
}

#[no_mangle]
pub extern "C" fn rust_arc_chain_build(n: u64) {
    SHARED_HEAD.with(|head| {
        for _ in 0..n {
            let node = SharedNode { next: head.take(), word: [0; 3] };
            head.set(Some(Arc::new(node)));
        }
    });
}

#[no_mangle]
pub extern "C" fn rust_arc_chain_drop(_: u64) {
    SHARED_HEAD.with(|head| drop(head.take()));
}

#[no_mangle]
pub extern "C" fn rust_box_chain_build(n: u64) {
    BOX_HEAD.with(|head| {
        for _ in 0..n {
            let node = BoxNode { next: head.take(), word: [0; 3] };
            head.set(Some(Box::new(node)));
        }
    });
}

#[no_mangle]
pub extern "C" fn rust_box_chain_drop_loop(_: u64) {
    let mut node = BOX_HEAD.with(|head| head.take());
    while let Some(mut held) = node {
        node = held.next.take();
    }
}

const LARGE: usize = 4096;

#[repr(C)]
pub struct Place {
    word: [*mut (); 2],
}

#[repr(C)]
pub struct Memory {
    make: extern "C" fn(*mut Place, usize),
    weaken: extern "C" fn(*const Place, *mut Place, usize),
    dropped: extern "C" fn(*mut Place, usize),
    forget: extern "C" fn(*mut Place, usize),
}

extern "C" fn make_all<T: Default>(strong: *mut Place, count: usize) {
    for i in 0..count {
        unsafe { (strong.add(i) as *mut Arc<T>).write(Arc::new(T::default())) }
    }
}

extern "C" fn weaken_all<T>(strong: *const Place, weak: *mut Place, count: usize) {
    for i in 0..count {
        unsafe {
            let object = &*(strong.add(i) as *const Arc<T>);
            (weak.add(i) as *mut Weak<T>).write(Arc::downgrade(object));
        }
    }
}

extern "C" fn drop_all<T>(strong: *mut Place, count: usize) {
    for i in 0..count {
        unsafe { (strong.add(i) as *mut Arc<T>).drop_in_place() }
    }
}

extern "C" fn forget_all<T>(weak: *mut Place, count: usize) {
    for i in 0..count {
        unsafe { (weak.add(i) as *mut Weak<T>).drop_in_place() }
    }
}

pub struct Large {
    byte: [u8; LARGE],
}

impl Default for Large {
    fn default() -> Self {
        Large { byte: [0; LARGE] }
    }
}

#[no_mangle]
pub static rust_arc_small: Memory = Memory {
    make: make_all::<Payload>,
    weaken: weaken_all::<Payload>,
    dropped: drop_all::<Payload>,
    forget: forget_all::<Payload>,
};

#[no_mangle]
pub static rust_arc_large: Memory = Memory {
    make: make_all::<Large>,
    weaken: weaken_all::<Large>,
    dropped: drop_all::<Large>,
    forget: forget_all::<Large>,
};

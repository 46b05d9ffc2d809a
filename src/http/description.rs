//! What a handler takes and answers, read off its signature. Only the contract asks, which is written natively: nothing of
//! this is in the Worker.

use std::future::Future;

#[cfg(not(target_arch = "wasm32"))]
use schemars::{Schema, SchemaGenerator};

/// What a handler takes and answers.
#[cfg(not(target_arch = "wasm32"))]
#[derive(Default)]
pub struct Description {
    /// The object whose properties are the query's parameters.
    pub query: Option<fn(&mut SchemaGenerator) -> Schema>,
    /// Whether the path's first parameter is an id.
    pub path_id: bool,
    /// The JSON body.
    pub body: Option<fn(&mut SchemaGenerator) -> Schema>,
    /// The kinds of file that the body may be instead.
    pub file: &'static [&'static str],
    /// Whether it takes `If-Match`.
    pub if_match: bool,
    /// The status and shape of each successful answer.
    pub answers: Vec<(u16, AnswerShape)>,
    /// Headers of its own that successful answers have.
    pub headers: Vec<&'static str>,
}

/// The shape of a successful answer.
#[cfg(not(target_arch = "wasm32"))]
pub enum AnswerShape {
    /// No body.
    Nothing,
    /// `{ "data": … }`.
    Data(fn(&mut SchemaGenerator) -> Schema),
    /// `{ "data": [ … ], "meta": { "pagination": … } }`, of these.
    List(fn(&mut SchemaGenerator) -> Schema),
    /// Something else than JSON.
    Media(&'static str),
}

/// Something a handler takes.
pub trait Input {
    /// Says so.
    #[cfg(not(target_arch = "wasm32"))]
    fn describe(_description: &mut Description) {}
}

/// Something a handler answers.
pub trait Output {
    /// Says so.
    #[cfg(not(target_arch = "wasm32"))]
    fn describe(description: &mut Description);
}

impl<T: Output, E> Output for Result<T, E> {
    #[cfg(not(target_arch = "wasm32"))]
    fn describe(description: &mut Description) {
        T::describe(description);
    }
}

/// A handler whose signature says what it takes and answers. `Arguments` tells the implementations apart.
pub trait Described<Arguments> {
    /// What it says.
    #[cfg(not(target_arch = "wasm32"))]
    fn description() -> Description;
}

macro_rules! describe_functions {
    ($(($($argument:ident),*))*) => {$(
        impl<Function, Answering, Answered, $($argument),*> Described<($($argument,)*)> for Function
        where
            Function: FnOnce($($argument),*) -> Answering,
            Answering: Future<Output = Answered>,
            Answered: Output,
            $($argument: Input,)*
        {
            #[cfg(not(target_arch = "wasm32"))]
            fn description() -> Description {
                let mut description = Description::default();
                $($argument::describe(&mut description);)*
                Answered::describe(&mut description);
                description
            }
        }
    )*};
}

describe_functions! {
    ()
    (A)
    (A, B)
    (A, B, C)
    (A, B, C, D)
    (A, B, C, D, E)
    (A, B, C, D, E, F)
}

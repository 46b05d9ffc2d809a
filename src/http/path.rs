//! Ids in paths.

use axum::extract::{FromRequestParts, Path};
use http::request::Parts;

use super::description::Input;
use crate::error::Error;

/// A kind of id that a path can hold.
pub trait ParseId: Sized + Send {
    /// Reads the id.
    fn parse_id(text: &str) -> Option<Self>;
}

macro_rules! parse_ids {
    ($($name:ident),*) => {$(
        impl ParseId for crate::ids::$name {
            fn parse_id(text: &str) -> Option<Self> {
                Self::parse(text)
            }
        }
    )*};
}

parse_ids!(
    CommunityId,
    IndustryId,
    BusinessId,
    PersonId,
    TagId,
    SegmentId,
    NoteId,
    TaskId,
    ProductInterestId,
    PainPointId,
    ObjectionId,
    SequenceId,
    EnrolmentId,
    EnrolmentJobId,
    SendId,
    RoleId,
    ApiKeyId,
    AllowedRangeId,
    UserId,
    SessionId,
    InvitationId,
    LocationId,
    PipelineId,
    StageId,
    DealId,
    ImportId,
    ExportId,
    SyncRunId,
    DeadLetterId,
    DuplicateId,
    MergeId,
    ViewId
);

/// The id at the end of a path, or its first when there are more.
pub struct PathId<T>(pub T);

impl<T> Input for PathId<T> {
    #[cfg(not(target_arch = "wasm32"))]
    fn describe(description: &mut super::description::Description) {
        description.path_id = true;
    }
}

impl<T> Input for Path<T> {}

impl<S: Send + Sync, T: ParseId> FromRequestParts<S> for PathId<T> {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Error> {
        let bad = || {
            Error::field(
                "id",
                "must be an id such as 01900000-0000-7000-8000-000000000001",
            )
        };
        let Path(values) = Path::<Vec<(String, String)>>::from_request_parts(parts, state)
            .await
            .map_err(|_| bad())?;
        values
            .first()
            .and_then(|(_, text)| T::parse_id(text))
            .map(PathId)
            .ok_or_else(bad)
    }
}

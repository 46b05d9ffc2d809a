//! The CRM's sets of words: each a type here, a CHECK in the database (a test holds the two together).

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Enumerations of words, as stored.
macro_rules! words {
    ($($(#[$doc:meta])* $name:ident { $($(#[$variant_doc:meta])* $variant:ident = $text:literal,)* })*) => {$(
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
        $(#[$doc])*
        pub enum $name {$(
            $(#[$variant_doc])*
            #[serde(rename = $text)]
            $variant,
        )*}

        impl $name {
            /// Every one there is, in the order of the CHECK.
            pub const ALL: &[$name] = &[$($name::$variant),*];

            /// As stored.
            pub fn as_str(self) -> &'static str {
                match self {
                    $($name::$variant => $text,)*
                }
            }
        }
    )*};
}

pub(in crate::crm) use words;

words! {
    /// Where a business stands with us.
    #[derive(Default)]
    LeadStatus {
        /// Known, not in touch.
        #[default]
        Prospect = "prospect",
        /// In touch.
        Lead = "lead",
        /// Worth an offer.
        Qualified = "qualified",
        /// Trying.
        Trial = "trial",
        /// Paying.
        Customer = "customer",
        /// Paid once.
        Churned = "churned",
        /// Wants nothing from us.
        Unsubscribed = "unsubscribed",
    }

    /// How far we are in a community.
    #[derive(Default)]
    CommunityStatus {
        /// Not begun.
        #[default]
        Pending = "pending",
        /// Being set up.
        Deploying = "deploying",
        /// Running.
        Active = "active",
        /// Held.
        Paused = "paused",
    }

    /// What a person is at their business.
    #[derive(Default)]
    PersonRole {
        /// Owns it.
        Owner = "owner",
        /// Runs it.
        Manager = "manager",
        /// Does its marketing.
        Marketing = "marketing",
        /// Does its daily business.
        Operations = "operations",
        /// Does its technology.
        Tech = "tech",
        /// Works there.
        Staff = "staff",
        /// Something else, or not known.
        #[default]
        Other = "other",
    }

    /// How a person likes to be reached.
    #[derive(Default)]
    PreferredChannel {
        /// By email.
        #[default]
        Email = "email",
        /// By text message.
        Sms = "sms",
        /// By a call.
        Phone = "phone",
    }

    /// What a deal is while it is in a stage.
    #[derive(Default)]
    StageKind {
        /// Under way.
        #[default]
        Open = "open",
        /// Come to what the pipeline is for.
        Won = "won",
        /// Come to nothing.
        Lost = "lost",
    }

    /// What a business is scored on.
    #[derive(PartialOrd, Ord)]
    Score {
        /// How promising it is.
        Lead = "lead",
        /// How well it does with us.
        Health = "health",
        /// How close in touch we are.
        Warmness = "warmness",
    }

    /// What is brought over from the content database.
    SyncResource {
        /// A community.
        Community = "community",
        /// A business.
        Business = "business",
    }

    /// What a run of the content sync asks for.
    RunKind {
        /// All records. What is no more over there is marked.
        Full = "full",
        /// Those that changed since the last run.
        Incremental = "incremental",
    }

    /// How a run of the content sync is.
    RunStatus {
        /// Under way, or waiting to go on.
        Running = "running",
        /// Through.
        Done = "done",
        /// Given up, with the reason.
        Failed = "failed",
    }

    /// What a run of the content sync is at.
    RunPhase {
        /// Communities come first: businesses are in them.
        Communities = "communities",
        /// Businesses.
        Businesses = "businesses",
        /// Marking what is no more over there.
        Vanished = "vanished",
    }

    /// What came of a delivery of the content database's webhook.
    DeliveryOutcome {
        /// A new record.
        Created = "created",
        /// A record changed.
        Updated = "updated",
        /// It is as it was.
        Unchanged = "unchanged",
        /// The record cannot be taken.
        Refused = "refused",
        /// It means nothing here.
        Ignored = "ignored",
    }

    /// What an entry of the timeline is about.
    ActivityType {
        /// We sent an email.
        EmailSent = "email_sent",
        /// It was opened.
        EmailOpened = "email_opened",
        /// A link in it was followed.
        EmailClicked = "email_clicked",
        /// It was answered.
        EmailReplied = "email_replied",
        /// It could not be delivered.
        EmailBounced = "email_bounced",
        /// It was reported as spam.
        EmailComplained = "email_complained",
        /// Its reader wants no more.
        EmailUnsubscribed = "email_unsubscribed",
        /// We sent a text message.
        SmsSent = "sms_sent",
        /// It arrived.
        SmsDelivered = "sms_delivered",
        /// It was answered.
        SmsReplied = "sms_replied",
        /// It could not be delivered.
        SmsFailed = "sms_failed",
        /// We called.
        CallOutbound = "call_outbound",
        /// They called.
        CallInbound = "call_inbound",
        /// We spoke to their machine.
        VoicemailLeft = "voicemail_left",
        /// They answered our call.
        CallAnswered = "call_answered",
        /// A page was visited.
        PageVisited = "page_visited",
        /// Part of a presentation was watched.
        PresentationWatched = "presentation_watched",
        /// A presentation was watched to its end.
        PresentationCompleted = "presentation_completed",
        /// A form was sent.
        FormSubmitted = "form_submitted",
        /// A document was downloaded.
        DocumentDownloaded = "document_downloaded",
        /// A chat began.
        ChatStarted = "chat_started",
        /// Something was said in a chat.
        ChatMessage = "chat_message",
        /// A chat ended.
        ChatEnded = "chat_ended",
        /// An appointment was made.
        AppointmentBooked = "appointment_booked",
        /// An order was made.
        OrderCreated = "order_created",
        /// An order was paid.
        OrderPaid = "order_paid",
        /// A subscription began.
        SubscriptionStarted = "subscription_started",
        /// A subscription was ended.
        SubscriptionCancelled = "subscription_cancelled",
        /// A subscription goes on.
        SubscriptionRenewed = "subscription_renewed",
        /// Help was asked for.
        SupportTicketCreated = "support_ticket_created",
        /// Help was given.
        SupportTicketResolved = "support_ticket_resolved",
        /// Somebody wrote something down.
        NoteAdded = "note_added",
        /// Something is to be done.
        TaskCreated = "task_created",
        /// It was done.
        TaskCompleted = "task_completed",
        /// The business stands elsewhere: its lead status changed, or it moved in a pipeline.
        StatusChanged = "status_changed",
        /// It was not done after all.
        TaskReopened = "task_reopened",
        /// Tags were put on the business.
        TagAdded = "tag_added",
        /// Tags were taken off the business.
        TagRemoved = "tag_removed",
        /// Another location or member looks after the business.
        AssignmentChanged = "assignment_changed",
        /// The business was deleted.
        BusinessDeleted = "business_deleted",
        /// The business is back.
        BusinessRestored = "business_restored",
        /// The business showed interest in a product.
        InterestShown = "interest_shown",
        /// Something troubles the business.
        PainPointNoted = "pain_point_noted",
        /// The business objected to something.
        ObjectionRaised = "objection_raised",
        /// The objection was answered.
        ObjectionResolved = "objection_resolved",
        /// It, or somebody there, was merged with another record.
        Merged = "merged",
    }

    /// What somebody is who acts for us.
    AgentKind {
        /// A program with a persona.
        Ai = "ai",
        /// Somebody of the team.
        Human = "human",
    }

    /// What a task is about.
    #[derive(Default)]
    TaskType {
        /// Getting back to somebody.
        FollowUp = "follow_up",
        /// Showing a product.
        Demo = "demo",
        /// Getting somebody started.
        Onboarding = "onboarding",
        /// Helping.
        Support = "support",
        /// Looking over something.
        Review = "review",
        /// Setting up a business's AI.
        AiConfig = "ai_config",
        /// Writing or publishing something.
        Content = "content",
        /// Something else.
        #[default]
        Other = "other",
    }

    /// How far a task is.
    #[derive(Default)]
    TaskStatus {
        /// Not begun.
        #[default]
        Pending = "pending",
        /// Begun.
        InProgress = "in_progress",
        /// Done.
        Completed = "completed",
        /// Not to be done.
        Cancelled = "cancelled",
    }

    /// How much a task matters.
    #[derive(Default)]
    TaskPriority {
        /// When there is time.
        Low = "low",
        /// As they come.
        #[default]
        Medium = "medium",
        /// Before others.
        High = "high",
        /// Now.
        Urgent = "urgent",
    }

    /// How interested a business is in a product.
    #[derive(Default)]
    InterestLevel {
        /// Saw it.
        #[default]
        Viewed = "viewed",
        /// Looked into it.
        Engaged = "engaged",
        /// Asked about it.
        Inquired = "inquired",
        /// Wants to be shown it.
        DemoRequested = "demo_requested",
        /// Was named a price.
        Quoted = "quoted",
        /// Does not want it.
        Declined = "declined",
    }

    /// How much something troubles a business.
    #[derive(Default)]
    Severity {
        /// Hardly.
        Low = "low",
        /// Somewhat.
        #[default]
        Medium = "medium",
        /// Much.
        High = "high",
        /// More than anything.
        Critical = "critical",
    }
}

impl ActivityType {
    /// Whether others may report it. The rest the platform enters itself, together with the facts it is about.
    pub fn is_reportable(self) -> bool {
        use ActivityType::*;
        !matches!(
            self,
            EmailSent
                | EmailOpened
                | EmailClicked
                | EmailBounced
                | EmailComplained
                | EmailUnsubscribed
                | SmsSent
                | SmsDelivered
                | SmsFailed
                | StatusChanged
                | TaskReopened
                | TagAdded
                | TagRemoved
                | AssignmentChanged
                | BusinessDeleted
                | BusinessRestored
                | InterestShown
                | PainPointNoted
                | ObjectionRaised
                | ObjectionResolved
                | Merged
        )
    }
}

impl TaskStatus {
    /// Whether something is still to be done.
    pub fn is_open(self) -> bool {
        matches!(self, TaskStatus::Pending | TaskStatus::InProgress)
    }
}

impl TaskPriority {
    /// By which tasks are sorted.
    pub fn rank(self) -> i64 {
        match self {
            TaskPriority::Low => 1,
            TaskPriority::Medium => 2,
            TaskPriority::High => 3,
            TaskPriority::Urgent => 4,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const D1: &str = concat!(
        include_str!("../../d1/0001_core.sql"),
        include_str!("../../d1/0008_records.sql")
    );
    const POSTGRES: &str = concat!(
        include_str!("../../migrations/0001_core.sql"),
        include_str!("../../migrations/0008_records.sql")
    );
    const PIPELINES: [&str; 2] = [
        include_str!("../../d1/0012_pipelines.sql"),
        include_str!("../../migrations/0012_pipelines.sql"),
    ];

    const SYNC: [&str; 2] = [
        include_str!("../../d1/0015_content_sync.sql"),
        include_str!("../../migrations/0015_content_sync.sql"),
    ];

    /// The words that a table's column may hold, from its newest CHECK.
    fn allowed<'a>(migrations: &'a str, table: &str, column: &str) -> Vec<&'a str> {
        let check = format!("CHECK ({column} IN (");
        let table = format!("TABLE {table} ");
        let statements = migrations.split(&table).skip(1);
        let list = statements
            .filter_map(|rest| rest.split(';').next()?.split_once(&check))
            .last()
            .unwrap()
            .1;
        let list = list.split_once("))").unwrap().0;
        list.split(", ")
            .map(|word| word.trim_matches('\''))
            .collect()
    }

    #[test]
    fn every_score_stands_in_its_check() {
        for migration in [
            include_str!("../../d1/0011_scores.sql"),
            include_str!("../../migrations/0011_scores.sql"),
        ] {
            assert_eq!(
                texts(Score::ALL, Score::as_str),
                allowed(migration, "score_contributions", "score")
            );
        }
    }

    fn texts<T: Copy + Serialize>(all: &[T], as_str: fn(T) -> &'static str) -> Vec<&'static str> {
        for word in all {
            assert_eq!(serde_json::to_value(word).unwrap(), as_str(*word));
        }
        all.iter().map(|word| as_str(*word)).collect()
    }

    #[test]
    fn every_word_stands_in_its_check_and_none_besides() {
        for migration in [D1, POSTGRES] {
            let checks = |table, column| allowed(migration, table, column);
            assert_eq!(
                texts(LeadStatus::ALL, LeadStatus::as_str),
                checks("businesses", "lead_status")
            );
            assert_eq!(
                texts(CommunityStatus::ALL, CommunityStatus::as_str),
                checks("communities", "status")
            );
            assert_eq!(
                texts(PersonRole::ALL, PersonRole::as_str),
                checks("people", "role")
            );
            assert_eq!(
                texts(PreferredChannel::ALL, PreferredChannel::as_str),
                checks("people", "preferred_channel")
            );
            assert_eq!(
                texts(ActivityType::ALL, ActivityType::as_str),
                checks("activities", "type")
            );
            for column in [("notes", "created_by_type"), ("tasks", "assigned_type")] {
                assert_eq!(
                    texts(AgentKind::ALL, AgentKind::as_str),
                    checks(column.0, column.1)
                );
            }
            assert_eq!(
                texts(TaskType::ALL, TaskType::as_str),
                checks("tasks", "type")
            );
            assert_eq!(
                texts(TaskStatus::ALL, TaskStatus::as_str),
                checks("tasks", "status")
            );
            assert_eq!(
                texts(TaskPriority::ALL, TaskPriority::as_str),
                checks("tasks", "priority")
            );
            assert_eq!(
                texts(InterestLevel::ALL, InterestLevel::as_str),
                checks("product_interests", "interest_level")
            );
            assert_eq!(
                texts(Severity::ALL, Severity::as_str),
                checks("pain_points", "severity")
            );
        }
        for migration in SYNC {
            let checks = |table, column| allowed(migration, table, column);
            assert_eq!(
                texts(SyncResource::ALL, SyncResource::as_str),
                checks("content_records", "resource")
            );
            assert_eq!(
                texts(SyncResource::ALL, SyncResource::as_str),
                checks("sync_refusals", "resource")
            );
            assert_eq!(
                texts(RunKind::ALL, RunKind::as_str),
                checks("sync_runs", "kind")
            );
            assert_eq!(
                texts(RunStatus::ALL, RunStatus::as_str),
                checks("sync_runs", "status")
            );
            assert_eq!(
                texts(RunPhase::ALL, RunPhase::as_str),
                checks("sync_runs", "phase")
            );
            assert_eq!(
                texts(DeliveryOutcome::ALL, DeliveryOutcome::as_str),
                checks("sync_deliveries", "outcome")
            );
        }
        for migration in PIPELINES {
            for (table, column) in [
                ("pipeline_stages", "kind"),
                ("deals", "status"),
                ("deal_moves", "status"),
            ] {
                assert_eq!(
                    texts(StageKind::ALL, StageKind::as_str),
                    allowed(migration, table, column)
                );
            }
        }
    }
}

/** What the platform's writing and its AI need to know to talk to a kind of business in its own words. */
export interface Industry {
  slug: string;
  name: string;
  /** An icon's name in the Lucide set. */
  icon: string;
  terminology: Terminology;
  common_pain_points: readonly string[];
  common_services: readonly string[];
  common_objections: readonly string[];
}

/** The trade's own word for each of the platform's general ones. */
export interface Terminology {
  customer: string;
  customers: string;
  appointment: string;
  purchase: string;
  staff: string;
  location: string;
  owner: string;
}

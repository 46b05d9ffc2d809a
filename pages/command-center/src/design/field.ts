/** What every labelled control takes. */
export interface FieldProps {
  label: string;
  help?: string | undefined;
  /** What is wrong with it; as from `action.complaint('name')`. */
  error?: string | undefined;
  optional?: boolean;
  hideLabel?: boolean;
  disabled?: boolean;
}

/** One of the choices of a select, a combobox, a radio group or a filter. */
export interface Choice {
  value: string;
  label: string;
  /** A second line, or what is shown beside it. */
  hint?: string;
  disabled?: boolean;
}

import type { Column } from '@/design';
import { phoneNumber } from '@/lib/format.ts';
import { words } from '@/lib/words.ts';

import type { Person } from './person.ts';

export const columns: Column<Person>[] = [
  { id: 'name', label: 'Name', sort: 'last_name', width: 180, grow: 1.4, isFixed: true },
  { id: 'business', label: 'Business', width: 160, text: (person) => person.business?.name },
  { id: 'email', label: 'Email', sort: 'email', width: 190, grow: 1.3, text: (person) => person.email },
  { id: 'phone', label: 'Phone', width: 140, text: (person) => person.phone && phoneNumber(person.phone) },
  { id: 'role', label: 'Role', width: 90, grow: 0.6, text: (person) => words(person.role) },
  { id: 'reach', label: 'Do not contact', width: 150, grow: 0.8 },
  { id: 'title', label: 'Title', width: 140, isHidden: true, text: (person) => person.title },
  { id: 'last_engaged_at', label: 'Last engaged', sort: 'last_engaged_at', width: 120, grow: 0.6 },
  { id: 'total_emails_sent', label: 'Emails', width: 90, align: 'end', isHidden: true, text: (person) => person.total_emails_sent },
  { id: 'total_emails_opened', label: 'Opens', width: 90, align: 'end', isHidden: true, text: (person) => person.total_emails_opened },
  { id: 'created_at', label: 'Added', sort: 'created_at', width: 120, grow: 0.6, isHidden: true },
];

import type { Industry } from './industry.ts';

/** Trades with a door on the street. */
export const STREET: readonly Industry[] = [
  {
    slug: 'auto-repair',
    name: 'Auto Repair',
    icon: 'car',
    terminology: {
      customer: 'customer',
      customers: 'customers',
      appointment: 'drop-off',
      purchase: 'repair order',
      staff: 'techs',
      location: 'shop',
      owner: 'owner',
    },
    common_pain_points: [
      'People think the dealer is safer and the chain is cheaper',
      'Cars wait on the lift for parts while the next customer waits for the lift',
      'Good technicians go where the sign-on bonus is',
      'Oil-change reminders are a sticker on the windshield',
      'Nobody trusts a mechanic until a neighbor tells them to',
    ],
    common_services: [
      'Oil changes and inspections',
      'Brakes and suspension',
      'Engine diagnostics',
      'Tires and alignment',
      'Air conditioning',
      'Fleet service',
      'Towing',
    ],
    common_objections: [
      'I have cars parked on the grass waiting as it is.',
      'Honest work is the only advertising I ever needed.',
      'Coupons bring people who want a twenty-dollar oil change and nothing else.',
      'My parts supplier’s program does the reminders.',
      'I do not look at email. Come by the shop.',
    ],
  },
  {
    slug: 'florists-gifts',
    name: 'Florists & Gift Shops',
    icon: 'flower',
    terminology: {
      customer: 'customer',
      customers: 'customers',
      appointment: 'consultation',
      purchase: 'order',
      staff: 'designers',
      location: 'shop',
      owner: 'owner',
    },
    common_pain_points: [
      'Order gatherers pretend to be local and keep a third of the price',
      'Two holidays make the year, and one delivery mistake on either is remembered',
      'The supermarket sells roses for twelve dollars',
      'Foot traffic downtown has not come back on weekdays',
      'Wedding inquiries need six messages before a date is fixed',
    ],
    common_services: [
      'Same-day flower delivery',
      'Weddings and events',
      'Sympathy arrangements',
      'Plants and garden gifts',
      'Gift baskets',
      'Local artisan goods',
    ],
    common_objections: [
      'The wire service already takes its cut, I cannot feed another one.',
      'Valentine’s Day sells out with no help from anyone.',
      'My customers are seventy and they use the telephone.',
      'I do my own posts and people like them because they are mine.',
      'We are a two-person shop.',
    ],
  },
];

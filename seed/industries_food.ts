import type { Industry } from './industry.ts';

/** Trades that feed people. */
export const FOOD: readonly Industry[] = [
  {
    slug: 'restaurants',
    name: 'Restaurants',
    icon: 'utensils',
    terminology: {
      customer: 'guest',
      customers: 'guests',
      appointment: 'reservation',
      purchase: 'check',
      staff: 'crew',
      location: 'dining room',
      owner: 'owner',
    },
    common_pain_points: [
      'Tuesday and Wednesday nights are empty while Friday turns people away',
      'Delivery apps keep up to 30 percent of every order and the guest’s contact details too',
      'Finding and keeping line cooks and servers',
      'One unfair review sits at the top of the search results for months',
      'The menu on the website is two price changes behind the menu on the table',
    ],
    common_services: [
      'Lunch and dinner service',
      'Takeout and curbside pickup',
      'Catering for offices and family events',
      'Private dining room',
      'Weekend brunch',
      'Gift cards',
    ],
    common_objections: [
      'We tried online ads and got likes, not covers.',
      'Our regulars already know us; it is word of mouth that fills this place.',
      'I am on the line six nights a week, I have no time to write posts.',
      'Margins are three or four percent. Every dollar out has to come back this month.',
      'We already pay two delivery apps and a reservation system.',
    ],
  },
  {
    slug: 'coffee-bakeries',
    name: 'Coffee Shops & Bakeries',
    icon: 'croissant',
    terminology: {
      customer: 'regular',
      customers: 'regulars',
      appointment: 'preorder',
      purchase: 'order',
      staff: 'team',
      location: 'shop',
      owner: 'owner',
    },
    common_pain_points: [
      'The line is out of the door at eight and the shop is empty by two',
      'Bread that is not sold by closing is money in the bin',
      'Custom cake requests arrive by text, by phone and on three social networks',
      'A chain drive-through opened on the highway',
      'Butter, eggs and beans cost more every quarter and nobody likes a five-dollar muffin',
    ],
    common_services: [
      'Espresso and drip coffee',
      'Fresh bread and pastry',
      'Custom cakes for birthdays and weddings',
      'Office breakfast trays',
      'Wholesale to local restaurants',
      'Holiday preorders',
    ],
    common_objections: [
      'Our product sells itself once people taste it.',
      'A four-dollar latte does not leave room for an advertising budget.',
      'We post a photo every morning and that is free.',
      'We are sold out by noon on Saturdays, more customers is not my problem.',
      'I start at three in the morning. Call me never.',
    ],
  },
];

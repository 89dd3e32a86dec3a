// Sample tickets whose writers answer what Usher has told them: after a decline, and after a question.
import type { SampleReaction, SampleTicket } from './sample-ticket.js';

const declined = {
  reaches: 'on no list, clearly named: declined, and the writer answers',
  expected: { kind: 'act', rule: 'not-approved' },
} as const;

const answer = (rule: string, kind: 'act' | 'hold', reaches: string, reply: string): SampleReaction => ({
  once: 'solved',
  act: { reply },
  reaches,
  expected: { kind, rule },
});

export const answeredTickets: SampleTicket[] = [
  {
    key: 'declined-then-listed',
    reaches: 'suspended on the sellers list: declined, and approved soon after',
    expected: { kind: 'act', rule: 'not-approved' },
    name: 'Claire Fontenot',
    email: 'claire@bayoubright.example',
    channel: 'web',
    subject: 'API access for Bayou Bright Energy',
    body: 'Hello,\n\nour estimators would like to see your rates in their tool. Please tell us how to get API access.\n\nClaire Fontenot\nBayou Bright Energy',
    fields: { Company: 'Bayou Bright Energy', State: 'LA', Phone: '504 555 0131' },
    reaction: {
      ...answer(
        'listed-after-decline',
        'hold',
        'the lists let the company in after it was declined',
        'Hello again,\n\nour paperwork went through this week. Could you have another look, please?\n\nClaire',
      ),
      approves: { company: 'Bayou Bright Energy', expected: { kind: 'act', rule: 'relisted-after-decline' } },
    },
  },
  {
    key: 'declined-then-thanks',
    ...declined,
    name: 'Nina Albrecht',
    email: 'nina@kestrel-upgrades.example',
    subject: 'API access',
    body: 'Hello,\n\nwe would like to request API access for our quoting tool.\n\nNina Albrecht\nKestrel Home Upgrades, Duluth, Minnesota',
    reaction: answer(
      'thanks-after-decline',
      'act',
      'mere thanks after a decline: closed again without a word',
      'Thanks for letting me know!\n\nBest regards\nNina',
    ),
  },
  {
    key: 'declined-then-says-approved',
    ...declined,
    name: 'Victor Hale',
    email: 'victor@ironwood-remodeling.example',
    subject: 'Request for API access',
    body: 'Hi,\n\nplease give our developer API access, we want to offer your loans with our kitchens.\n\nVictor Hale\nIronwood Remodeling, Tulsa, Oklahoma',
    reaction: answer(
      'says-approved-after-decline',
      'hold',
      'somebody who was declined speaks of an approval',
      'That must be a mistake. Your partner team approved us last month. Please check again.\n\nVictor',
    ),
  },
  {
    key: 'declined-then-fault',
    ...declined,
    name: 'Dolores Quint',
    email: 'dolores@lakeshore-heating.example',
    subject: 'How do we get API access?',
    body: 'Good morning,\n\nwe sell heat pumps and would like API access to show monthly rates.\n\nDolores Quint\nLakeshore Heating, Erie, Pennsylvania',
    reaction: answer(
      'fault-after-decline',
      'hold',
      'a technical fault, reported in answer to a decline',
      'All right. But your public rate calculator shows error 500 since yesterday, too. Whom do I tell?\n\nDolores',
    ),
  },
  {
    key: 'declined-then-news',
    ...declined,
    name: 'Amos Tilley',
    email: 'amos@sagebrush-windows.example',
    subject: 'API access for our sales team',
    body: 'Hello,\n\nwe would like API access so that our sales team sees your loans while they are with the customer.\n\nAmos Tilley\nSagebrush Windows, Cheyenne, Wyoming',
    reaction: answer(
      'news-after-decline',
      'act',
      'new facts after a decline: to sales, in the thread of the hand-off',
      'I forgot to say: we have just opened in Nevada and install about 60 homes a month now. The best time to call me is before ten.\n\nAmos',
    ),
  },
  {
    key: 'asked-and-still-unidentified',
    reaches: 'free mail and no company named: asked once, and the writer answers',
    expected: { kind: 'act', rule: 'ask-for-details' },
    name: 'Robin Stokes',
    email: 'robin.stokes.mobile@gmail.com',
    subject: 'API access please',
    body: 'Hello, can you give me API access?',
    reaction: {
      once: 'pending',
      act: { reply: 'It is for the place where I work. We need it this week.' },
      reaches: 'asked once, and the company is still not known',
      expected: { kind: 'hold', rule: 'still-unidentified' },
    },
  },
];

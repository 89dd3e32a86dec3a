// Ready-made tickets for the sandbox's form: one click shows what each kind of requester gets.
import { sampleCompanies } from './sample-companies.js';

const body =
  'Hello,\n\nwe would like to get API access to EverBright for our software. What do you need from us?\n\nKind regards';

const ticket = (
  name: string,
  email: string,
  organization: string,
  more: { company?: string; state?: string } = {},
) => ({
  name,
  email,
  organization,
  company: more.company ?? organization,
  state: more.state ?? '',
  subject: 'API access request',
  body: `${body}\n${name}`,
});

const { brightfield } = sampleCompanies;

export const exampleTickets = [
  {
    label: 'An approved seller',
    ticket: ticket(brightfield.contact.name, brightfield.contact.email, brightfield.name, { state: brightfield.state }),
  },
  {
    label: 'A company on no list',
    ticket: ticket('Rosa Lindqvist', 'rosa@lindqvist-roofing.example', 'Lindqvist Roofing', { state: 'OR' }),
  },
  { label: 'Free mail, no company', ticket: ticket('Sam Porter', 'sam.porter@gmail.com', '') },
  {
    label: 'A look-alike address',
    ticket: ticket(brightfield.contact.name, 'dana@brightfie1d.example', '', { company: brightfield.name }),
  },
  {
    label: 'A company that is only claimed',
    ticket: ticket('Lee Novak', 'lee.novak@gmail.com', '', { company: brightfield.name }),
  },
];

// Who lives in the sandbox: agents, the bot's accounts, Slack channels and people, with the ids that sample settings use.

export const agents = {
  usher: { id: 9000, name: 'Usher, the support bot', email: 'usher@everbright-support.example' },
  johnKilfoil: { id: 9001, name: 'John Kilfoil', email: 'john.kilfoil@goeverbright.com' },
  samWhitaker: { id: 9002, name: 'Sam Whitaker', email: 'sam.whitaker@goeverbright.com' },
} as const;

/** Groups of agents of the help desk. */
export const groups = [
  { id: 98, name: 'Support' },
  { id: 99, name: 'Partner Support' },
] as const;

export const slackChannels = {
  sales: { id: 'C0EVERSALES', name: 'everbright-sales' },
  operations: { id: 'C0USHEROPS', name: 'usher-operations' },
  /** The bot is not in this one. */
  general: { id: 'C0GENERAL00', name: 'general' },
  /** Archived. */
  archive: { id: 'C0OLDSALES0', name: 'everbright-sales-2023' },
} as const;

export const slackPeople = {
  usher: { id: 'U0USHERBOT', email: null, name: 'usher' },
  mercedesDavis: { id: 'U0MERCEDES', email: 'mercedes.davis@goeverbright.com', name: 'mercedes.davis' },
  johnKilfoil: { id: 'U0KILFOIL0', email: 'john.kilfoil@goeverbright.com', name: 'john.kilfoil' },
} as const;

export const slackIds = { team: 'T0EVERBRIT', app: 'A0USHERAPP', bot: 'B0USHERBOT' } as const;

/** Titles of the help desk's custom fields, with their Zendesk ids. */
export const fieldIds = {
  Company: 360001,
  State: 360002,
  Phone: 360003,
  'Platform Area': 360004,
  Resolution: 360005,
  'Resolution Type': 360006,
  'Org Admin': 360007,
} as const;

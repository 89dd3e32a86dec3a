// The made-up companies of the sandbox: what the sample lists say about each, for sample tickets to be written against.

/** How a row differs from a tidy one; each is a thing real sheets are full of. */
export type SampleDirt =
  | 'trailing-spaces'
  | 'hidden-row'
  | 'formula-status'
  | 'struck-through'
  | 'commented-status'
  | 'mail-link'
  | 'mail-link-elsewhere'
  | 'numeric-id';

export interface SampleCompany {
  name: string;
  /** Second name in the row: d/b/a. */
  dba?: string;
  domain: string;
  contact: { name: string; email: string };
  /** US state (or country) in the row; '' leaves the cell empty. */
  state: string;
  /** The help desk's organization id; stands in the tracker's `Zendesk Org ID` where there is a tracker row. */
  orgId?: string;
  /** `Integration Status` cell of the tracker; absent: no row there. */
  tracker?: string;
  /** `EverBright status` cell of the sellers list; absent: no row there. */
  seller?: string;
  /** Applies to the row in the sellers list, or the tracker where there is no seller row. */
  dirt?: SampleDirt[];
}

const company = (
  name: string,
  domain: string,
  contact: string,
  state: string,
  more: Partial<SampleCompany> = {},
): SampleCompany => ({
  name,
  domain,
  contact: { name: contact, email: `${contact.split(' ')[0]!.toLowerCase()}@${domain}` },
  state,
  ...more,
});

/** Companies that sample tickets are about. The contact is an admin mail of the row, `firstname@domain`. */
export const sampleCompanies = {
  /** Approved seller, not tracked. */
  brightfield: company('Brightfield Solar LLC', 'brightfield.example', 'Dana Whitlock', 'CA', {
    seller: 'Approved',
    dirt: ['trailing-spaces'],
  }),
  /** Approved and tracked in progress. */
  halcyon: company('Halcyon Rooftop Inc.', 'halcyonrooftop.example', 'Marcus Oyelaran', 'AZ', {
    orgId: '360001002001',
    tracker: 'In Progress',
    seller: 'Approved - Tier 2',
    dirt: ['mail-link'],
  }),
  /** Tracked in progress, not on the sellers list. */
  northwind: company('Northwind Energy Partners', 'northwind-energy.example', 'Priya Raman', 'TX', {
    orgId: '360001002002',
    tracker: 'In Progress',
  }),
  /** Tracked and completed. */
  solara: company('Solara Installations', 'solara-installations.example', 'Tomas Rivera', 'NV', {
    orgId: '360001002003',
    tracker: 'Completed',
    seller: 'Approved',
  }),
  /** Tracked, yet cancelled. */
  pinecrest: company('Pinecrest Power', 'pinecrest.example', 'Leah Goldberg', 'OR', {
    orgId: '360001002004',
    tracker: 'Cancelled',
  }),
  /** Tracked in progress, yet not approved on the sellers list: the lists contradict each other. */
  redwood: company('Redwood Sun Co', 'redwoodsun.example', 'Hannah Brooks', 'CA', {
    orgId: '360001002005',
    tracker: 'In Progress',
    seller: 'Not approved',
  }),
  /** Explicitly not approved, not tracked. */
  cascade: company('Cascade Solar Group', 'cascadesolar.example', 'Owen Castellanos', 'WA', { seller: 'Not approved' }),
  /** A former partner whose row is struck through. */
  evergreen: company('Evergreen Voltaics', 'evergreenvoltaics.example', 'Nadia Petrov', 'CO', {
    seller: 'Approved',
    dirt: ['struck-through'],
  }),
  /** Its status is worded in a way nobody has mapped. */
  lumen: company('Lumen Roofing', 'lumenroofing.example', 'Carl Jensen', 'UT', { seller: 'approved (pending legal)' }),
  /** Approved, in a hidden row. */
  shadowRidge: company('Shadow Ridge Solar', 'shadowridge.example', 'Ivy Nakamura', 'NM', {
    seller: 'Approved',
    dirt: ['hidden-row'],
  }),
  /** Its status is a formula. */
  quartz: company('Quartz Hill Energy', 'quartzhill.example', 'Samir Haddad', 'CA', {
    seller: 'Approved',
    dirt: ['formula-status'],
  }),
  /** Its status cell carries a comment ("check with legal first"). */
  copper: company('Copper Canyon Solar', 'coppercanyon.example', 'Grace Lindqvist', 'AZ', {
    seller: 'Approved',
    dirt: ['commented-status'],
  }),
  /** The same organization spelled twice, with two statuses: this row says approved. */
  blueMesa: company('Blue Mesa Solar', 'bluemesa.example', 'Elena Vargas', 'NM', { seller: 'Approved' }),
  /** The second spelling says suspended. */
  blueMesaAgain: company('BlueMesa Solar, LLC', 'bluemesa.example', 'Elena Vargas', 'NM', { seller: 'Suspended' }),
  /** Does business under another name, which is what its people write. */
  triCounty: company('Tri-County Electric Inc', 'sunuphomes.example', 'Bill Tran', 'FL', {
    dba: 'SunUp Homes',
    seller: 'Approved',
  }),
  /** Approved, German, with an umlaut. */
  sonnenkraft: company('Sonnenkraft Grün GmbH', 'sonnenkraft-gruen.example', 'Jürgen Vogt', 'Germany', {
    contact: { name: 'Jürgen Vogt', email: 'j.vogt@sonnenkraft-gruen.example' },
    seller: 'Approved - Tier 2',
  }),
  /** Two different companies of one group that share a mail domain: this one is approved. */
  meridianHome: company('Meridian Home Energy', 'meridian-group.example', 'Alice Moreau', 'NJ', { seller: 'Approved' }),
  /** And this one is not. */
  meridianRoofing: company('Meridian Roofing Services', 'meridian-group.example', 'Paul Moreau', 'NJ', {
    seller: 'Not approved',
  }),
} satisfies Record<string, SampleCompany>;

/** Ordinary rows that make the lists as long as real ones; few sample tickets are about them. */
export const otherSampleCompanies: SampleCompany[] = [
  company('Anchor Bay Renewables', 'anchorbay.example', 'Ruth Calder', 'ME', {
    seller: 'Approved',
    tracker: 'Completed',
  }),
  company('Aspen Trail Solar', 'aspentrail.example', 'Kim Soto', 'CO', { seller: 'Approved' }),
  company('Badger State Sun', 'badgerstatesun.example', 'Pete Olson', 'WI', { seller: 'Approved - Tier 2' }),
  company('Bayou Bright Energy', 'bayoubright.example', 'Claire Fontenot', 'LA', { seller: 'Suspended' }),
  company('Canyon Light Electric', 'canyonlight.example', 'Rosa Delgado', 'UT', { tracker: 'In Progress' }),
  company('Crestline Solar Works', 'crestlineworks.example', 'Ben Ito', 'CA', {
    seller: 'Approved',
    tracker: 'Completed',
  }),
  company('Desert Bloom Power', 'desertbloom.example', 'Amira Saleh', 'AZ', { tracker: 'On Hold' }),
  company('Eastgate Home Solar', 'eastgatehome.example', 'Liam Doyle', 'MA', { seller: 'Terminated' }),
  company('Fairwind & Sons', 'fairwindsons.example', 'Gus Fairwind', 'OH', { seller: 'Approved' }),
  company('Granite Peak Energy', 'granitepeak.example', 'Tess Monroe', 'NH', {
    seller: 'Approved',
    dirt: ['mail-link-elsewhere'],
  }),
  company('Harborview Electric', 'harborview.example', 'Noor Aziz', 'RI', { seller: 'Approved', tracker: 'Completed' }),
  company('Ironwood Installers', 'ironwoodinstall.example', 'Jake Stone', 'TX', { tracker: 'Completed' }),
  company('Juniper Flats Solar', 'juniperflats.example', 'Mia Chen', 'NV', { seller: 'Approved - Tier 2' }),
  company('Keystone Rooftops', 'keystonerooftops.example', 'Frank Weller', 'PA', { seller: 'Not approved' }),
  company('Lakeside Clean Power', 'lakesideclean.example', 'Olga Brandt', 'MI', { tracker: 'In Progress' }),
  company('Mosswood Electric Co-op', 'mosswood.example', 'Ray Tillman', 'VT', { tracker: 'Completed' }),
  company('Ninebark Energy', 'ninebark.example', 'Sofia Reyes', 'CA', { tracker: 'Completed', dirt: ['numeric-id'] }),
  company('Oak Hollow Builders', 'oakhollow.example', 'Dean Mercer', 'TN', { tracker: 'Cancelled' }),
  company('Prairie Sky Installers', 'prairiesky.example', 'Wendy Koch', 'KS', { tracker: 'In Progress' }),
  company('Quail Run Solar', 'quailrun.example', 'Hector Luna', 'CA', { tracker: 'Completed' }),
  company('Riverbend Renewables', 'riverbendrenew.example', 'Ann Shaw', 'MO', { tracker: 'Completed' }),
  company('Summit View Contractors', 'summitview.example', 'Ian Frost', 'ID', { tracker: 'On Hold' }),
  company('Tidewater Sun Systems', 'tidewatersun.example', 'Joy Parker', 'VA', { tracker: 'In Progress' }),
  company('Umber Ridge Power', 'umberridge.example', 'Neil Abbot', 'GA', { tracker: 'Completed' }),
  company('Valley Forge Energy', 'valleyforge-energy.example', 'Kate Byrne', 'PA', { tracker: 'Completed' }),
  company('Willow Creek Homes', 'willowcreekhomes.example', 'Tara Singh', 'NC', { tracker: 'Cancelled' }),
  company('Xenia Falls Electric', 'xeniafalls.example', 'Dot Harmon', 'OH', { tracker: 'In Progress' }),
  company('Yucca Valley Solar', 'yuccavalley-solar.example', 'Manny Cruz', 'CA', { tracker: 'Completed' }),
  company('Zephyr Point Energy', 'zephyrpoint.example', 'Lou Barrett', 'NV', { tracker: 'Completed' }),
];

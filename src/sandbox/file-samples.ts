// Puts the sample organizations and tickets into a sandbox Zendesk.
import { otherSampleCompanies, type SampleCompany, sampleCompanies } from './sample-companies.js';
import { sampleTickets } from './sample-tickets.js';
import type { ZendeskSandbox } from './zendesk-sandbox.js';

/** Known to the help desk, and on no list. */
const UNLISTED = [
  ['Kestrel Home Upgrades', 'kestrel-upgrades.example', 'MN'],
  ['Ironwood Remodeling', 'ironwood-remodeling.example', 'OK'],
  ['Lakeshore Heating', 'lakeshore-heating.example', 'PA'],
  ['Sagebrush Windows', 'sagebrush-windows.example', 'WY'],
  ['Tamarack Exteriors', 'tamarack-exteriors.example', 'ID'],
] as const;

/** Organizations as the help desk keeps them: its own spelling of a name, and the domains it knows. */
export function addSampleOrganizations(zendesk: ZendeskSandbox): void {
  const { blueMesaAgain: _sameOrganization, ...known } = sampleCompanies;
  const companies: SampleCompany[] = [...Object.values(known), ...otherSampleCompanies];
  for (const company of companies) {
    zendesk.addOrganization({
      id: company.orgId === undefined ? undefined : Number(company.orgId),
      name: company.dba ?? company.name,
      domains: [company.domain],
      fields: company.state ? { state: company.state } : {},
    });
  }
  zendesk.addOrganization({ name: 'Sunbridge Integrations', domains: ['sunbridge-integrations.example'] });
  for (const [name, domain, state] of UNLISTED) zendesk.addOrganization({ name, domains: [domain], fields: { state } });
}

/** Files every sample ticket once more; answers their ids, in the order of `sampleTickets`. */
export function fileSampleTickets(zendesk: ZendeskSandbox): string[] {
  return sampleTickets.map(({ key: _key, reaches: _reaches, expected: _expected, reaction: _reaction, ...ticket }) =>
    zendesk.customerFiles(ticket),
  );
}

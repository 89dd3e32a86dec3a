// Whether the agents and groups that the directory names are there and can be given tickets.
import { z } from 'zod';
import type { Finding } from '../../../ports.js';
import type { DeskNeeds } from '../needs.js';
import type { ProbeParts } from './probe-account.js';
import { bodyOf, type Get, parse, readOne } from './read.js';
import { idShape } from './shapes.js';

const agentShape = z.object({
  id: idShape,
  name: z.string().catch(''),
  email: z.string().nullish().catch(null),
  role: z.string().catch(''),
  active: z.boolean().nullish().catch(null),
  suspended: z.boolean().nullish().catch(null),
  role_type: z.int().nullish().catch(null),
});
type Agent = z.output<typeof agentShape>;

const groupShape = z.object({ name: z.string().catch(''), deleted: z.boolean().nullish().catch(null) });
const LIGHT_AGENT = 1;

export async function probeAgents({ get, say, needs }: ProbeParts): Promise<Finding[]> {
  const findings: Finding[] = [];
  for (const agent of needs.agents) {
    const found = await findAgent(get, agent.id);
    const why = whyNot(found);
    const who = `"${agent.role}" (${agent.name}, ${agent.id})`;
    if (why === null) findings.push(say.ok(`${who} can be given tickets`));
    else {
      const fix = 'Put another agent into rules/directory.yaml, or mend the account in Zendesk';
      // Nobody hands them tickets yet: worth a word, stopping nothing.
      findings.push(agent.isAssigned ? say.error(`${who} ${why}`, fix) : say.warning(`${who} ${why}`, fix));
    }
  }
  return findings;
}

async function findAgent(get: Get, id: DeskNeeds['agents'][number]['id']): Promise<Agent | null> {
  const isId = /^\d+$/.test(id);
  const path = isId ? '/users/show_many' : '/users/search';
  const body = bodyOf(await get(path, isId ? { ids: id } : { query: `email:${id}` }), path);
  const users = parse(z.array(agentShape), body.users, path);
  return users.find((u) => (isId ? u.id === id : u.email?.toLowerCase() === id.toLowerCase())) ?? null;
}

function whyNot(agent: Agent | null): string | null {
  if (agent === null) return 'is not known to Zendesk';
  if (agent.active === false) return 'was deleted in Zendesk';
  if (agent.suspended) return 'is suspended';
  if (agent.role !== 'agent' && agent.role !== 'admin') return 'is no agent';
  return agent.role_type === LIGHT_AGENT ? 'is only a light agent: tickets cannot be assigned to them' : null;
}

export async function probeGroups({ get, say, needs }: ProbeParts): Promise<Finding[]> {
  const findings: Finding[] = [];
  for (const { role, id } of needs.groups) {
    const group = /^\d+$/.test(id) ? await readOne(get, `/groups/${id}`, 'group', groupShape) : null;
    if (group && !group.deleted) findings.push(say.ok(`The group "${role}" is "${group.name}" (${id})`));
    else {
      const fix = 'Correct its id in rules/directory.yaml; Admin Center shows it in the group’s address';
      findings.push(say.error(`The group "${role}" (${id}) is not known to Zendesk`, fix));
    }
  }
  return findings;
}

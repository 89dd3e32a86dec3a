// What operators and admins do in a run: they settle, resume, correct, pause, go on and change lists, telling the truth as they see it.
import type { OfficeAct } from './plan.js';
import type { Simulation } from './simulation.js';

/** Rejects where the product refuses. Persons see the world: what they say arrived did arrive. */
export async function actByOffice(sim: Simulation, act: OfficeAct): Promise<void> {
  const { ledger, tables, random, log } = sim;
  const tell = (details: string) => log.append({ at: sim.scheduler.now(), by: 'world', what: act, details });
  const cases = [...tables.cases.values()];
  switch (act) {
    case 'settle': {
      const open = tables.writes.filter((w) => w.state === 'unsure' || w.state === 'refused');
      if (open.length === 0) return;
      const write = random.pick(open);
      const step = tables.steps.find((s) => s.writeId === write.id && !s.isReplaced);
      if (!step) return;
      const isThere = log.events().some((e) => e.mark !== '' && e.mark === write.mark);
      const how = isThere ? 'done' : random.pick(['again', 'drop'] as const);
      tell(`${write.caseId} step ${step.number}: ${how}`);
      return ledger.settleByPerson(write.caseId, String(step.number), how, 'Sam');
    }
    case 'resume': {
      const held = cases.filter((c) => c.state === 'held');
      if (held.length === 0) return;
      const { id } = random.pick(held);
      tell(id);
      return ledger.resumeCase(id, 'Sam');
    }
    case 'correct': {
      const done = cases.filter((c) => c.state === 'done' && c.outcome !== null);
      if (done.length === 0) return;
      const { id } = random.pick(done);
      tell(id);
      return ledger.correct(id, 'passed-to-api-integrations', 'Sam');
    }
    case 'pause':
      tell('');
      return ledger.pause(null, 'Sam');
    case 'go on':
      tell('');
      await ledger.resumeAll('Sam');
      return;
    case 'lists change':
      tell('');
      await ledger.wakeHeld(`lists:${sim.scheduler.now()}`, null);
      return;
    case 'tell again': {
      const [paused] = await sim.deliveries.pauses();
      const failed = tables.outgoing.filter((d) => d.state === 'failed');
      tell(paused?.subscriber ?? '');
      if (paused) await sim.deliveries.resume(paused.subscriber);
      if (failed.length > 0) await sim.deliveries.replay(String(random.pick(failed).id));
    }
  }
}

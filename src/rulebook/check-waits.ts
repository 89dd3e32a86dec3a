// Checks the steps that wait: one a rule, last in it, with follow-ups that can be sent before its time is up, and stages that exist.
import { isToApprovers } from '../core/approval-items.js';
import type { Span } from '../core/hours.js';
import { type Problem, problem } from '../problem.js';
import { type ApproveWorld, checkApprove } from './check-approve.js';
import { checkNamed } from './check-conditions.js';
import { checkEffects, checkTemplate } from './check-effects.js';
import { checkStage } from './check-stage.js';
import { parseSpan } from './duration.js';
import type { EffectYaml } from './grammar-rules.js';
import { followUpOf } from './wait-form.js';
import type { YamlFile } from './yaml-file.js';

const isWait = (item: EffectYaml) => item.ask !== undefined || item.wait !== undefined || item.approve !== undefined;

/** Problems of one rule's waits and stages; `path` leads to its `then`. */
export function checkWaits(items: EffectYaml[], path: PropertyKey[], world: ApproveWorld): Problem[] {
  return [
    ...checkOrder(items, path, world.file),
    ...items.flatMap((item, index) => checkItem(item, [...path, index], world)),
    ...checkReminded(items, path, world.file),
    ...checkTimes(items, path, world.file),
  ];
}

function checkOrder(items: EffectYaml[], path: PropertyKey[], file: YamlFile): Problem[] {
  const first = items.findIndex(isWait);
  const problems = items.flatMap((item, index) => {
    const place = { ...file.place([...path, index]) };
    if (followUpOf(item)) {
      const isIdle = first < 0 || index < first;
      return isIdle ? [problem('nothing-to-wait-for', 'It stands where nothing waits', AFTER_WAIT, place)] : [];
    }
    if (first < 0 || index <= first || item.stage !== undefined) return [];
    return [
      isWait(item)
        ? problem('two-waits', 'A rule waits twice', 'Let another rule wait, which reads case.wait.over', place)
        : problem('wait-not-last', 'A step stands after the wait, and never runs', BEFORE_WAIT, place),
    ];
  });
  const ends = items.some((item) => item.close !== undefined || item.hold !== undefined);
  if (first < 0 || !ends) return problems;
  const place = { ...file.place([...path, first]) };
  return [...problems, problem('wait-for-nobody', FOR_NOBODY, 'Remove the wait, or the close or hold', place)];
}

const AFTER_WAIT = 'Put it after an ask or a wait';
const BEFORE_WAIT = 'Put it before the wait, or into a rule that reads case.wait.over';
const FOR_NOBODY = 'A rule that closes the ticket or asks a person waits for nothing more';

function checkItem(item: EffectYaml, path: PropertyKey[], world: ApproveWorld): Problem[] {
  const followUp = followUpOf(item);
  if (followUp) {
    const at = [...path, followUp.kind];
    const toApprovers = followUp.effects.flatMap((e) => (e.type === 'email' && isToApprovers(e) ? e.template : []));
    return [
      ...checkEffects(
        followUp.effects.filter((e) => !isToApprovers(e)),
        at,
        world,
      ),
      ...toApprovers.flatMap((template) => checkTemplate(template, 'email', [...at, 'email', 'template'], world)),
    ];
  }
  if (item.approve) return checkApprove(item.approve, [...path, 'approve'], world);
  if (item.wait && 'until' in item.wait)
    return checkNamed(item.wait.until, [...path, 'wait', 'until'], world.conditions);
  return item.stage === undefined
    ? []
    : checkStage(item.stage, world.conditions.stages, { ...world.file.place([...path, 'stage']) });
}

/** Whoever is asked to approve can be reminded where somebody is. */
function checkReminded(items: EffectYaml[], path: PropertyKey[], file: YamlFile): Problem[] {
  if (items.some((item) => item.approve)) return [];
  return items.flatMap((item, index) => {
    const followUp = followUpOf(item);
    if (!followUp?.effects.some(isToApprovers)) return [];
    const place = { ...file.place([...path, index, followUp.kind, 'email', 'to']) };
    return [
      problem('no-approvers', 'Nobody is asked to approve here', 'Name a role, or put it after an approve', place),
    ];
  });
}

/** What can be compared without knowing the calendar. */
function isAfter(a: Span, b: Span): boolean {
  if ('ms' in a && 'ms' in b) return a.ms >= b.ms;
  if ('businessMs' in a && 'businessMs' in b) return a.businessMs >= b.businessMs;
  return 'businessDays' in a && 'businessDays' in b && a.businessDays >= b.businessDays;
}

function checkTimes(items: EffectYaml[], path: PropertyKey[], file: YamlFile): Problem[] {
  const wait = items.find(isWait);
  const written =
    wait?.ask?.within ?? wait?.approve?.within ?? (wait?.wait && 'for' in wait.wait ? wait.wait.for : undefined);
  const most = written === undefined ? null : parseSpan(written);
  if (!most) return [];
  return items.flatMap((item, index) => {
    const followUp = followUpOf(item);
    if (!followUp || !isAfter(followUp.after, most)) return [];
    return [
      problem(
        'follow-up-too-late',
        `The wait is over after ${written}, before this is due`,
        'Let it come earlier, or wait longer',
        { ...file.place([...path, index, followUp.kind, 'after']) },
      ),
    ];
  });
}

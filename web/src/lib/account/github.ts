// What `?github=` says when GitHub, or we, could not do what was asked.
const OUTCOMES: Record<string, string> = {
  expired: 'That took too long or was started elsewhere. Try again.',
  denied: 'GitHub was not allowed to say who you are. Try again, or use your password.',
  failed: 'GitHub could not say who you are. Try again, or use your password.',
  unavailable: 'GitHub does not answer at the moment. Try again later, or use your password.',
  closed: 'This installation does not take new accounts. Ask whoever runs it.',
  prove: 'Prove that it is you first, then link GitHub.',
  taken: 'This GitHub account belongs to another page already.',
};

export function githubProblem(outcome: string | null): string {
  return outcome ? (OUTCOMES[outcome] ?? '') : '';
}

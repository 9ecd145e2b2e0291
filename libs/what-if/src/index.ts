export { recordedScenario, type RecordedTimers } from './recorded-scenario.js';
export { runWhatIf, type WhatIfOutcome } from './run-what-if.js';
export { scenarioOf, sentScenario, WhatIfBody } from './what-if.body.js';
export { whatIfView } from './what-if-view.js';

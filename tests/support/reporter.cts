import mocha = require('mocha');

/** Mocha's own spec reporter, ending with the line that CI reads: `N passed, N failed`. */
class ClosingLineReporter extends mocha.reporters.Spec {
  constructor(runner: mocha.Runner, options: mocha.MochaOptions) {
    super(runner, options);
    runner.once(mocha.Runner.constants.EVENT_RUN_END, () => {
      const { passes, failures } = this.stats;
      console.log(`${passes} passed, ${failures} failed`);
    });
  }
}

export = ClosingLineReporter;

/** How much is done: a sample on every run of the tests, everything by `npm run faults:engines`. */
export const everything = process.env['GPUGRAFT_TEST_EVERYTHING'] === 'true';

/**
 * A command parses each of its schemas a few times and ends. Zod's compiled parsers never earn back
 * what compiling them costs, and part of that would fall into the downtime (measured: 2 to 5 ms).
 * Only for the process of the command line: a library does not set what its user's zod does.
 */
import { config } from 'zod';

config({ jitless: true });

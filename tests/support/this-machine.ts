import { AddressPolicy } from '../../src/infrastructure/http-sender/address-policy.js';

/** Lets requests go to the tests' own receivers. */
export const THIS_MACHINE = new AddressPolicy(['127.0.0.0/8'], [{ from: 1, to: 65_535 }]);

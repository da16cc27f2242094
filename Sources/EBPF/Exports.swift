// SPDX-License-Identifier: Apache-2.0

// Who loads an object changes it first: what floors 2 and 3 have for that comes with this module.
@_exported import BPFObject
@_exported import BTF
@_exported import Bytes

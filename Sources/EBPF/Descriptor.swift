// SPDX-License-Identifier: Apache-2.0

import Glibc

/// The owner of a file descriptor: closed when it goes.
struct Descriptor: ~Copyable, Sendable {
    let number: Int32

    init(_ number: Int32) {
        self.number = number
    }

    deinit {
        close(number)
    }
}

/// A descriptor with several owners: closed when the last of them goes.
///
/// Maps and programs are shared on purpose: a reader of a ring buffer, a variable's accessor and the object all mean one map.
final class SharedDescriptor: Sendable {
    private let descriptor: Descriptor

    init(_ descriptor: consuming Descriptor) {
        self.descriptor = descriptor
    }

    var number: Int32 { descriptor.number }
}

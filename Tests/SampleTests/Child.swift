// SPDX-License-Identifier: Apache-2.0

import Glibc

/// A process that this one starts.
struct Child {
    let number: pid_t

    /// Starts a program.
    init(_ arguments: String...) throws {
        var pointers: [UnsafeMutablePointer<CChar>?] = arguments.map { strdup($0) }
        defer { for pointer in pointers { free(pointer) } }
        pointers.append(nil)
        var number: pid_t = 0
        try FailedCall.check(-posix_spawn(&number, arguments[0], nil, nil, pointers, nil), "start \(arguments[0])")
        self.number = number
    }

    /// Waits for its end.
    func wait() throws {
        var status: Int32 = 0
        try FailedCall.check(waitpid(number, &status, 0), "waitpid")
    }

    /// Sends it a signal, and waits for its end.
    func end(by signal: Int32) throws {
        try FailedCall.check(kill(number, signal), "kill")
        try wait()
    }
}

// SPDX-License-Identifier: Apache-2.0

import Glibc

/// Says, when the process is ended by a trap or takes too long, which mutation it was.
enum Watch {
    nonisolated(unsafe) private static var object: UnsafeMutablePointer<CChar>?
    nonisolated(unsafe) private static var number = 0

    /// How long reading one file may take, which is tens of thousands of times what it takes: the clock's seconds, on whatever machine.
    private static let seconds: UInt32 = 10

    /// Takes over the signals that end a process, and bounds its memory: too much of it is a trap as well.
    static func begin() {
        // A stack that has overflown is nothing to run on.
        let size = 1 << 16
        var stack = stack_t(ss_sp: UnsafeMutableRawPointer.allocate(byteCount: size, alignment: 16), ss_flags: 0, ss_size: size)
        sigaltstack(&stack, nil)
        for number in [SIGILL, SIGTRAP, SIGSEGV, SIGBUS, SIGFPE, SIGABRT, SIGALRM] {
            var action = sigaction()
            action.__sigaction_handler.sa_handler = { Watch.end($0) }
            action.sa_flags = SA_ONSTACK | CInt(bitPattern: UInt32(SA_RESETHAND))
            sigaction(number, &action, nil)
        }
        var limit = rlimit(rlim_cur: 1 << 30, rlim_max: 1 << 30)
        setrlimit(__rlimit_resource_t(RLIMIT_AS.rawValue), &limit)
    }

    static func object(_ path: String) {
        free(object)
        object = strdup(path)
    }

    @inline(__always)
    static func mutation(_ number: Int) {
        self.number = number
        alarm(seconds)
    }

    /// Runs in a signal's handler: nothing here may ask for memory.
    private static func end(_ signal: CInt) {
        func write(_ text: StaticString) { _ = Glibc.write(STDERR_FILENO, text.utf8Start, text.utf8CodeUnitCount) }
        func write(_ number: Int) {
            if number > 9 { write(number / 10) }
            var digit = UInt8(ascii: "0") + UInt8(truncatingIfNeeded: number % 10)
            _ = Glibc.write(STDERR_FILENO, &digit, 1)
        }
        write("ended by signal ")
        write(Int(signal))
        write(signal == SIGALRM ? " (it took too long) in mutation " : " in mutation ")
        write(number)
        write(" of ")
        if let object { _ = Glibc.write(STDERR_FILENO, object, strlen(object)) }
        write("\n")
        // The handler is no longer in place: the process ends by the signal, as it would have.
        raise(signal)
    }
}

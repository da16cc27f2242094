// SPDX-License-Identifier: Apache-2.0

import CLinux
public import EBPF
import Glibc

/// The signals that end a tool, turned into a descriptor that can be waited for; and SIGPIPE turned into the error of the
/// write that meets a closed pipe.
///
/// Made before anything else, so that a signal during start-up ends the tool in order as well.
public struct StopSignals: ~Copyable {
    /// Readable as soon as a signal has come.
    public let descriptor: Int32

    /// Blocks SIGINT and SIGTERM in this thread and those that it starts later, and ignores SIGPIPE, for the rest of the process.
    public init() throws(EBPFError) {
        var signals = sigset_t()
        sigemptyset(&signals)
        sigaddset(&signals, SIGINT)
        sigaddset(&signals, SIGTERM)
        sigprocmask(SIG_BLOCK, &signals, nil)
        signal(SIGPIPE, SIG_IGN)
        let number = linux_signal_descriptor(&signals)
        guard number >= 0 else { throw EBPFError(errno: errno, "wait for signals") }
        descriptor = number
    }

    deinit {
        close(descriptor)
    }
}

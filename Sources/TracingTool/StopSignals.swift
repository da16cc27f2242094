// SPDX-License-Identifier: Apache-2.0

import CLinux
import Glibc

/// The signals that end a tool, turned into a descriptor that can be waited for; and SIGPIPE turned into the error of the
/// write that meets a closed pipe.
///
/// Made before anything else, so that a signal during start-up ends the tool in order as well.
public struct StopSignals: ~Copyable {
    /// Readable as soon as a signal has come.
    public let descriptor: Int32

    public init() {
        var signals = sigset_t()
        sigemptyset(&signals)
        sigaddset(&signals, SIGINT)
        sigaddset(&signals, SIGTERM)
        sigprocmask(SIG_BLOCK, &signals, nil)
        signal(SIGPIPE, SIG_IGN)
        descriptor = linux_signal_descriptor(&signals)
    }

    deinit {
        close(descriptor)
    }
}

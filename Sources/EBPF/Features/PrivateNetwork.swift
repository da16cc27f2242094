// SPDX-License-Identifier: Apache-2.0

import CLinux
import Glibc

/// A network namespace that is made for one try, with nothing in it but a loopback device that is down.
enum PrivateNetwork {
    /// Calls `attempt` on a thread that is in a network namespace of its own, and waits for it. The namespace goes with the thread.
    ///
    /// - Returns: what `attempt` has answered or, where no namespace could be made, why: a negative errno.
    static func run(_ attempt: @escaping @Sendable () -> Int32) -> (isMade: Bool, value: Int32) {
        let box = Box(attempt)
        var thread = pthread_t()
        let status = pthread_create(
            &thread, nil,
            { pointer in
                guard let pointer else { return nil }
                Unmanaged<Box>.fromOpaque(pointer).takeUnretainedValue().run()
                return nil
            }, Unmanaged.passUnretained(box).toOpaque())
        guard status == 0 else { return (false, -status) }
        pthread_join(thread, nil)
        return withExtendedLifetime(box) { box.outcome }
    }

    /// What goes to the thread, and comes back from it once it has ended.
    private final class Box {
        private let attempt: @Sendable () -> Int32
        private(set) var outcome: (isMade: Bool, value: Int32) = (false, -EINVAL)

        init(_ attempt: @escaping @Sendable () -> Int32) {
            self.attempt = attempt
        }

        func run() {
            // CLONE_NEWNET; it holds for this thread alone.
            guard linux_unshare(0x4000_0000) == 0 else {
                outcome = (false, -errno)
                return
            }
            outcome = (true, attempt())
        }
    }
}

// SPDX-License-Identifier: Apache-2.0

import BPFAssembly
import Glibc

/// Why the kernel said EPERM or EACCES, found by looking.
struct Denial: Sendable, Hashable {
    let cause: String
    let remedy: String

    init(_ cause: String, _ remedy: String) {
        self.cause = cause
        self.remedy = remedy
    }

    /// The causes in the order in which they are judged: those that are sure first, what can only be guessed last.
    private static let judges: [@Sendable (Case) -> Denial?] = [
        mapIsReadOnly, userNamespace, missingCapabilities, perfEventLevel, lockdown, seccompFilter, lockedMemory, unpatchableText, securityModule,
    ]

    /// A refusal and all that is known around it.
    struct Case: Sendable {
        let errno: Int32
        let attempt: Attempt
        let seen: Circumstances

        /// What the attempt takes and the thread does not have.
        var missing: [Capability] { attempt.privileges(seen).filter { !$0.isHeld(among: seen.capabilities) }.map(\.capability) }
    }

    /// Judges what was seen; `nil` where nothing of it explains the refusal.
    static func judge(_ errno: Int32, _ attempt: Attempt, _ seen: Circumstances) -> Denial? {
        let denied = Case(errno: errno, attempt: attempt, seen: seen)
        for judge in judges {
            if let denial = judge(denied) { return denial }
        }
        return nil
    }
}

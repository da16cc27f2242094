// SPDX-License-Identifier: Apache-2.0

import BPFAssembly
import CNamespaces
@testable import EBPF
import Glibc

extension HookTrial {
    private static func askForParent() { _ = getppid() }

    private static func links(_ link: KernelFeatures.Link) -> Requirement { .condition { KernelFeatures.running.support(ofLinks: link).isYes } }

    private static func inLibrary(
        _ name: String, _ program: String, since: KernelVersion, requirement: Requirement = .program, process: Int32? = nil
    ) -> HookTrial {
        HookTrial(name: name, since: since, requirement: requirement) {
            let tried = try TriedProgram(program)
            try tried.prove(try tried.program.attach(AttachOptions(process: process == nil ? nil : getpid())), askForParent)
        }
    }

    static let userSpace: [HookTrial] = [
        inLibrary("uprobe", "hook_uprobe", since: "5.10"),
        inLibrary("uprobe, one process", "hook_uprobe", since: "5.10", process: 0),
        HookTrial(name: "uprobe with a cookie", since: "5.15") {
            let tried = try TriedProgram("hook_uprobe_cookie")
            try tried.prove(try tried.program.attach(AttachOptions(cookie: 99)), askForParent)
            guard try tried.object.value(of: "cookie", as: UInt64.self) == 99 else { throw Failure(description: "the cookie is another") }
        },
        HookTrial(name: "uprobe behind a function's beginning", since: "5.10") {
            let tried = try TriedProgram("hook_uprobe")
            #if arch(x86_64)
                let second: UInt64 = 1
            #else
                let second: UInt64 = 4
            #endif
            let target = UserTarget("/proc/self/exe", symbol: "probed_twice", offset: second)
            try tried.prove(try tried.program.attach(toUprobe: target), callTwice)
        },
        inLibrary("uretprobe", "hook_uretprobe", since: "5.10"),
        inLibrary("uprobe.multi", "hook_uprobe_multi", since: "5.10"),
        inLibrary("uretprobe.multi", "hook_uretprobe_multi", since: "5.10", process: 0),
        inLibrary("uprobe.session", "hook_uprobe_session", since: "6.13", requirement: links(.uprobeSession)),
    ]
}

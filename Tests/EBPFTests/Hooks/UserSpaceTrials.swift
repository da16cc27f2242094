// SPDX-License-Identifier: Apache-2.0

import BPFAssembly
import CNamespaces
@testable import EBPF
import Glibc

extension HookTrial {
    static func askForParent() { _ = getppid() }

    /// The same in both files that this process has mapped, either of which the library's name may mean.
    private static func askBothForParent() throws {
        askForParent()
        try OwnLibrary.askForParent()
    }

    private static func askBothForGroup() throws {
        try askForGroup()
        try OwnLibrary.askForGroup()
    }

    private static func links(_ link: KernelFeatures.Link) -> Requirement { .condition { KernelFeatures.running.support(ofLinks: link).isYes } }

    /// A probe in all processes that use a library: in a copy of it, which this one alone has.
    private static func inLibrary(_ name: String, _ program: String, since: KernelVersion, requirement: Requirement = .program) -> HookTrial {
        HookTrial(name: name, since: since, requirement: requirement) {
            try OwnLibrary.withName {
                let tried = try TriedProgram(program)
                try tried.prove(try tried.program.attach(), OwnLibrary.askForParent)
            }
        }
    }

    /// A probe in this process, in the library that all use.
    private static func inProcess(_ name: String, _ program: String, since: KernelVersion) -> HookTrial {
        HookTrial(name: name, since: since) {
            let tried = try TriedProgram(program)
            try tried.prove(try tried.program.attach(AttachOptions(process: getpid())), askBothForParent)
        }
    }

    static let userSpace: [HookTrial] = [
        inLibrary("uprobe", "hook_uprobe", since: "5.10"),
        inProcess("uprobe, one process", "hook_uprobe", since: "5.10"),
        HookTrial(name: "uprobe with a cookie", since: "5.15") {
            let tried = try TriedProgram("hook_uprobe_cookie")
            try tried.prove(try tried.program.attach(AttachOptions(cookie: 99, process: getpid())), askBothForParent)
            try tried.expect(cookie: 99)
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
        HookTrial(name: "uprobe.multi, a list of functions", since: "5.15") {
            let tried = try TriedProgram("hook_uprobe_multi_cookie")
            let link = try tried.program.attach(toUprobes: "libc.so.6", [("getppid", 5), ("getpgid", 6)], process: getpid())
            try askBothForGroup()
            try tried.expect(cookie: 6)
            try tried.prove(link, askBothForParent)
            try tried.expect(cookie: 5)
        },
        inProcess("uretprobe.multi", "hook_uretprobe_multi", since: "5.10"),
        inLibrary("uprobe.session", "hook_uprobe_session", since: "6.13", requirement: links(.uprobeSession)),
    ]
}

extension TriedProgram {
    /// Compares the number of the attachment that the program saw last.
    func expect(cookie: UInt64) throws {
        let value = try object.value(of: "cookie", as: UInt64.self)
        guard value == cookie else { throw HookTrial.Failure(description: "the cookie is \(value), not \(cookie)") }
    }
}

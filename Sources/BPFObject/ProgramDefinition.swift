// SPDX-License-Identifier: Apache-2.0

/// A program as an object declares it.
public struct ProgramDefinition: Sendable {
    /// The name of its function.
    public let name: String
    /// The name of the section that its function lies in: `tracepoint/syscalls/sys_enter_openat`.
    public let sectionName: String
    /// Where its section's name says that it attaches; `nil` where the name is not known here.
    public let hook: Hook?
    /// Whether it is loaded with the object. `SEC("?...")` begins as `false`.
    public var isLoaded: Bool
    /// The place of its function among the object's.
    let functionIndex: Int
}

// SPDX-License-Identifier: Apache-2.0

/// A program as an object declares it. What its section's name says may be changed before it is loaded.
public struct ProgramDefinition: Sendable {
    /// The name of its function.
    public let name: String
    /// The name of the section that its function lies in: `tracepoint/syscalls/sys_enter_openat`.
    public let sectionName: String
    /// The kind of program; ``ProgramType/unspecified`` where the section's name is not known.
    public var type: ProgramType
    /// What it is attached to, for kinds that leave a choice.
    public var attachType: AttachType?
    /// What stands behind the first slash of the section's name: `do_unlinkat` of `fentry/do_unlinkat`; `nil` where there is none.
    public var target: String?
    /// What else the kernel is told.
    public var traits: ProgramTraits
    /// Whether it is loaded with the object. `SEC("?...")` begins as `false`.
    public var isLoaded: Bool
    /// The place of its function among the object's.
    let functionIndex: Int
    /// The part of its section's name that the table knows.
    private let prefix: String

    /// Where it attaches, as kind and target say; `nil` where a part of that is missing, or where programs of this kind are only run.
    public var hook: Hook? { Hook(type: type, attachType: attachType, prefix: prefix, target: target) }

    init(_ function: Function, at index: Int, sections: [SectionDefinition]) {
        name = function.name
        sectionName = function.sectionName
        let definition = SectionName.definition(of: sectionName, sections: sections)
        prefix = definition?.prefix ?? ""
        type = definition?.type ?? .unspecified
        attachType = definition?.attachType
        target = definition?.target(in: SectionName.withoutQuestionMark(sectionName))
        traits = definition?.traits ?? []
        isLoaded = !sectionName.hasPrefix("?")
        functionIndex = index
    }
}

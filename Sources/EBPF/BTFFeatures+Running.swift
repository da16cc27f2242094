// SPDX-License-Identifier: Apache-2.0

public import BTF
import Glibc

extension BTFFeatures {
    /// What the running kernel understands in the BTF that it is given, tried out once in the process: a few types are loaded for each feature.
    ///
    /// A process that may not load types gets none of the features that kernels learned after 5.10.
    public static let running: BTFFeatures = {
        var features: BTFFeatures = []
        for row in table where isUnderstood(row.feature) { features.insert(row.feature) }
        return features
    }()

    private static func isUnderstood(_ feature: BTFFeatures) -> Bool {
        guard let types = try? sample(of: feature) else { return false }
        let number = ObjectTypes.load(types.bytes()).status
        guard number >= 0 else { return false }
        close(number)
        return true
    }

    /// The smallest types that have a feature.
    private static func sample(of feature: BTFFeatures) throws(BTFError) -> BTFBuilder {
        var builder = BTFBuilder()
        let int = try builder.addInteger("int", byteCount: 4, isSigned: true)
        func variable(_ section: String) throws(BTFError) {
            let variable = try builder.addVariable("x", int)
            let entry = DataSectionType.Entry(type: variable, byteCount: 4)
            _ = try builder.add(.dataSection(DataSectionType(name: section, byteCount: 4, variables: [entry])))
        }
        func function(_ linkage: BTFType.Linkage) throws(BTFError) {
            let prototype = try builder.addPrototype(result: int, parameters: [BTFType.Parameter(name: "a", type: int)])
            _ = try builder.addFunction("x", prototype: prototype, linkage: linkage)
        }
        switch feature {
        case .functions: try function(.static)
        case .globalFunctions: try function(.global)
        case .dataSections: try variable(".data")
        case .optionalSections: try variable("?.data")
        case .floatingPoint: _ = try builder.add(.floatingPoint(name: "float", byteCount: 4))
        case .declarationTags:
            let alias = try builder.addAlias("x", of: int)
            _ = try builder.add(.declarationTag(name: "tag", alias, component: -1))
        case .typeTags: _ = try builder.addPointer(to: builder.add(.typeTag(name: "tag", int)))
        case .enumeration64:
            let value = EnumerationType.Value(name: "x", bits: 1 << 40)
            _ = try builder.add(.enumeration(EnumerationType(name: "e", byteCount: 8, isSigned: false, is64Bit: true, values: [value])))
        case .kindSizes: builder.describesKinds = true
        case .manyEntries:
            builder.allowsManyEntries = true
            let values = Array(repeating: EnumerationType.Value(name: "x", bits: 1), count: 65_536)
            _ = try builder.add(.enumeration(EnumerationType(name: "e", values: values)))
        default: _ = try builder.addPointer(to: builder.add(.typeAttribute(name: "attribute", int)))
        }
        return builder
    }
}

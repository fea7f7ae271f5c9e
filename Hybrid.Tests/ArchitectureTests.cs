using System.Reflection;
using System.Runtime.CompilerServices;
using System.Xml.Linq;
using Hybrid.Tests.Core;

namespace Hybrid.Tests;

/// <summary>Who may know whom, and that nobody keeps state that all of a process would share.</summary>
[TestClass]
public sealed class ArchitectureTests
{
    private static readonly string[] Shipped = ["Hybrid.Core", "Hybrid.Paillier", "Hybrid.Seal", "Hybrid.Mpc"];

    public static IEnumerable<object[]> ShippedProjects => from name in Shipped select new object[] { name };

    [TestMethod]
    [DynamicData(nameof(ShippedProjects))]
    public void Built_assemblies_know_core_at_most(string name)
    {
        string[] known = [.. Assembly.Load(name).GetReferencedAssemblies().Select(reference => reference.Name!)];
        foreach (string reference in known)
        {
            bool allowed = reference.StartsWith("System.", StringComparison.Ordinal) || reference == (name == "Hybrid.Core" ? "Google.Protobuf" : "Hybrid.Core");
            Assert.IsTrue(allowed, $"{name} refers to {reference}.");
        }
    }

    [TestMethod]
    [DynamicData(nameof(ShippedProjects))]
    public void Project_files_know_core_at_most(string name)
    {
        string[] expected = name == "Hybrid.Core" ? [] : ["Hybrid.Core"];
        CollectionAssert.AreEquivalent(expected, ProjectReferences(name), $"{name} refers to other projects than it may.");
    }

    [TestMethod]
    public void Only_tools_tests_and_benchmarks_name_the_backends()
    {
        foreach (string path in Directory.EnumerateFiles(Repository.Root(), "*.csproj", SearchOption.AllDirectories))
        {
            string name = Path.GetFileNameWithoutExtension(path);
            bool mayNameAll = name is "Hybrid.Cli" or "Hybrid.Bench" or "Hybrid.Tests";
            Assert.IsTrue(mayNameAll || Shipped.Contains(name), $"{name} is neither a shipped project nor a tool: say here what it may know.");
        }
    }

    [TestMethod]
    public void Shipped_projects_take_no_packages_but_the_tensor_types_and_the_wire_format_of_model_files()
    {
        foreach (string name in Shipped)
        {
            string[] expected = name == "Hybrid.Core" ? ["System.Numerics.Tensors", "Google.Protobuf"] : [];
            CollectionAssert.AreEquivalent(expected, Includes(name, "PackageReference"), $"{name} takes other packages.");
        }
    }

    [TestMethod]
    [DynamicData(nameof(ShippedProjects))]
    public void Nothing_static_can_change(string name)
    {
        string[] found = [.. MutableStatics(Assembly.Load(name).GetTypes())];
        Assert.IsEmpty(found, $"Static state in {name}: {string.Join(", ", found)}");
    }

    [TestMethod]
    public void What_can_change_would_be_found()
    {
        string[] found = [.. MutableStatics([typeof(Culprit)])];
        CollectionAssert.AreEquivalent(
            new[] { "Culprit._count", "Culprit.<Property>k__BackingField", "Culprit.Cache" }, found, string.Join(", ", found));
        Assert.AreEqual(3, Culprit.Touch());
    }

    private static string[] ProjectReferences(string name) =>
        [.. Includes(name, "ProjectReference").Select(path => Path.GetFileNameWithoutExtension(path.Replace('\\', '/')))];

    private static string[] Includes(string name, string element)
    {
        XDocument project = XDocument.Load(Path.Combine(Repository.Root(), name, $"{name}.csproj"));
        return [.. project.Descendants(element).Select(reference => reference.Attribute("Include")!.Value)];
    }

    // Fields that can be set, and read-only ones of the collections that are there to be changed.
    private static IEnumerable<string> MutableStatics(IEnumerable<Type> types) =>
        from type in types
        where !IsCompilersCache(type)
        from field in type.GetFields(BindingFlags.Static | BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.DeclaredOnly)
        where !field.IsLiteral && (!field.IsInitOnly || IsMutableCollection(field.FieldType))
        select $"{type.Name}.{field.Name}";

    // Where the compiler keeps delegates of lambdas and method groups, each made once and the same for ever.
    private static bool IsCompilersCache(Type type) =>
        type.Name.StartsWith('<') && (type.IsDefined(typeof(CompilerGeneratedAttribute)) || type.Name.StartsWith("<PrivateImplementationDetails>", StringComparison.Ordinal));

    private static bool IsMutableCollection(Type type) =>
        type.Namespace is "System.Collections.Generic" or "System.Collections.Concurrent" && !type.IsInterface && !type.Name.EndsWith("Comparer`1", StringComparison.Ordinal);

    private static class Culprit
    {
        public const int Constant = 1;

        public static readonly int Fixed = 1;

        private static readonly Dictionary<int, int> Cache = [];

        private static int _count;

        private static int Property { get; set; }

        public static int Touch()
        {
            Func<int, int> lambda = static x => x + 1;
            Property = lambda(_count);
            Cache[0] = _count++;
            return Property + _count + Fixed * Constant + Cache[0];
        }
    }
}

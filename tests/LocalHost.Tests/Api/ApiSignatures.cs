using System.ComponentModel;
using System.Globalization;
using System.Reflection;
using System.Runtime.CompilerServices;

namespace LocalHost.Tests.Api;

/// <summary>Writes what an assembly declares in public, one line per signature, as <c>signatures.txt</c> does.</summary>
internal static class ApiSignatures
{
    private const BindingFlags Declared = BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Instance | BindingFlags.Static | BindingFlags.DeclaredOnly;

    private static readonly NullabilityInfoContext Nullability = new();

    private static readonly Dictionary<Type, string> Keywords = new()
    {
        [typeof(void)] = "void",
        [typeof(object)] = "object",
        [typeof(string)] = "string",
        [typeof(bool)] = "bool",
        [typeof(int)] = "int",
        [typeof(long)] = "long",
        [typeof(double)] = "double",
    };

    private static readonly Dictionary<string, string> Operators = new(StringComparer.Ordinal)
    {
        ["op_Equality"] = "operator ==",
        ["op_Inequality"] = "operator !=",
    };

    public static IEnumerable<string> Of(Assembly assembly)
        => assembly.GetExportedTypes().SelectMany(Of);

    public static string NameOf(Type type)
        => $"{type.Namespace}.{TypeName(type)}";

    public static IEnumerable<string> Of(Type type)
        => Lines(type).Select(line => $"{NameOf(type)} | {line}");

    /// <summary>A member as its line has it, to look it up there.</summary>
    public static string Of(MethodInfo method) => $"{Obsolescence(method)}{MethodLine(method)}";

    private static IEnumerable<string> Lines(Type type)
    {
        if (typeof(Delegate).IsAssignableFrom(type))
        {
            MethodInfo invoke = type.GetMethod("Invoke")!;
            yield return $"public delegate {Annotated(invoke.ReturnParameter)} {type.Name}({Parameters(invoke)})";
            yield break;
        }

        yield return TypeLine(type);
        if (type.IsEnum)
        {
            foreach (string name in Enum.GetNames(type))
            {
                yield return $"{name} = {Convert.ToInt64(Enum.Parse(type, name), CultureInfo.InvariantCulture)}";
            }

            yield break;
        }

        bool isRecord = IsRecord(type);
        foreach (ConstructorInfo constructor in type.GetConstructors(Declared).Where(constructor => !constructor.IsStatic && IsVisible(constructor) && !IsMadeByCompiler(constructor)))
        {
            // A constructor without parameters is there in most classes without being written down.
            if (constructor.GetParameters().Length > 0 || type.GetConstructors().Length > 1)
            {
                yield return $"{Obsolescence(constructor)}{Access(constructor)} {type.Name.Split('`')[0]}({Parameters(constructor)})";
            }
        }

        foreach (FieldInfo field in type.GetFields(Declared).Where(field => field.IsPublic))
        {
            string kind = field.IsLiteral ? "const" : field.IsStatic ? "static readonly" : "readonly";
            yield return $"public {kind} {Annotated(field.FieldType, Nullability.Create(field))} {field.Name}" + (field.IsLiteral ? $" = {field.GetRawConstantValue()}" : string.Empty);
        }

        foreach (PropertyInfo property in type.GetProperties(Declared).Where(property => property.GetAccessors(nonPublic: true).Any(IsVisible) && property.Name != "EqualityContract"))
        {
            yield return Obsolescence(property) + PropertyLine(property);
        }

        foreach (MethodInfo method in type.GetMethods(Declared).Where(method => IsVisible(method) && !IsMadeByCompiler(method)))
        {
            if (!method.IsSpecialName || method.Name.StartsWith("op_", StringComparison.Ordinal))
            {
                if (!isRecord || method.Name is not ("PrintMembers" or "Deconstruct" or "<Clone>$"))
                {
                    yield return Of(method);
                }
            }
        }
    }

    private static string TypeLine(Type type)
    {
        string kind = type.IsInterface ? "interface"
            : type.IsEnum ? "enum"
            : type.IsValueType ? "struct"
            : IsRecord(type) ? "record"
            : "class";
        string modifier = kind is "interface" or "enum" ? string.Empty
            : type.IsValueType ? (Has(type, typeof(IsReadOnlyAttribute)) ? "readonly " : string.Empty)
            : (type.IsAbstract, type.IsSealed) switch
            {
                (true, true) => "static ",
                (true, false) => "abstract ",
                (false, true) => "sealed ",
                _ => string.Empty,
            };
        return $"{Usage(type)}public {modifier}{kind}{Bases(type)}{Constraints(type.GetGenericArguments())}";
    }

    private static string Bases(Type type)
    {
        if (type.IsEnum)
        {
            return string.Empty;
        }

        List<string> bases = [];
        if (type.BaseType is { } parent && parent != typeof(object) && parent != typeof(ValueType))
        {
            bases.Add(TypeName(parent));
        }

        Type[] all = type.GetInterfaces();
        bases.AddRange(all
            .Except(type.BaseType?.GetInterfaces() ?? [])
            .Except(all.SelectMany(implied => implied.GetInterfaces()))
            .Where(implemented => !IsRecord(type) || implemented.Name != "IEquatable`1")
            .Select(TypeName)
            .Order(StringComparer.Ordinal));
        return bases.Count == 0 ? string.Empty : " : " + string.Join(", ", bases);
    }

    private static string PropertyLine(PropertyInfo property)
    {
        MethodInfo accessor = property.GetAccessors(nonPublic: true).First(IsVisible);
        string get = property.GetMethod is { } getter && IsVisible(getter) ? "get; " : string.Empty;
        string set = property.SetMethod is { } setter && IsVisible(setter)
            ? setter.ReturnParameter.GetRequiredCustomModifiers().Any(modifier => modifier.FullName == typeof(IsExternalInit).FullName) ? "init; " : "set; "
            : string.Empty;
        return $"{Modifiers(accessor)}{Annotated(property.PropertyType, Nullability.Create(property))} {property.Name} {{ {get}{set}}}";
    }

    private static string MethodLine(MethodInfo method)
    {
        if (method.Name == "op_Implicit")
        {
            return $"public static implicit operator {Annotated(method.ReturnParameter)}({Parameters(method)})";
        }

        string name = Operators.GetValueOrDefault(method.Name) ?? method.Name;
        Type[] generic = method.GetGenericArguments();
        string arguments = generic.Length == 0 ? string.Empty : $"<{string.Join(", ", generic.Select(argument => argument.Name))}>";
        return $"{Modifiers(method)}{Annotated(method.ReturnParameter)} {name}{arguments}({Parameters(method)}){Constraints(generic)}";
    }

    private static string Parameters(MethodBase method)
        => string.Join(", ", method.GetParameters().Select((parameter, index) =>
        {
            string prefix = index == 0 && method.IsDefined(typeof(ExtensionAttribute)) ? "this "
                : parameter.IsDefined(typeof(ParamArrayAttribute)) ? "params "
                : string.Empty;
            return $"{prefix}{Annotated(parameter)} {parameter.Name}{Default(parameter)}";
        }));

    private static string Default(ParameterInfo parameter)
        => !parameter.HasDefaultValue ? string.Empty : parameter.DefaultValue switch
        {
            null => parameter.ParameterType.IsValueType && Nullable.GetUnderlyingType(parameter.ParameterType) is null ? " = default" : " = null",
            bool flag => flag ? " = true" : " = false",
            var value => string.Create(CultureInfo.InvariantCulture, $" = {value}"),
        };

    private static string Constraints(Type[] arguments)
    {
        List<string> clauses = [];
        foreach (Type argument in arguments)
        {
            List<string> parts = [];
            GenericParameterAttributes special = argument.GenericParameterAttributes;
            if (special.HasFlag(GenericParameterAttributes.ReferenceTypeConstraint))
            {
                parts.Add("class");
            }
            else if (argument.GetGenericParameterConstraints().Length == 0 && IsNotNull(argument))
            {
                parts.Add("notnull");
            }

            parts.AddRange(argument.GetGenericParameterConstraints().Select(TypeName));
            if (parts.Count > 0)
            {
                clauses.Add($" where {argument.Name} : {string.Join(", ", parts)}");
            }
        }

        return string.Concat(clauses);
    }

    // "notnull" is written as the nullability 1 of the parameter itself; without it the parameter has none, or 2 in a context of 1.
    private static bool IsNotNull(Type argument)
    {
        MemberInfo? owner = argument.DeclaringMethod ?? (MemberInfo?)argument.DeclaringType;
        byte? written = NullableFlags(argument)?[0]
            ?? (owner is null ? null : NullableContext(owner))
            ?? (argument.DeclaringType is null ? null : NullableContext(argument.DeclaringType));
        return written == 1;
    }

    private static string Annotated(ParameterInfo parameter) => Annotated(parameter.ParameterType, Nullability.Create(parameter), parameter);

    private static string Annotated(Type type, NullabilityInfo nullability, ParameterInfo? parameter = null)
    {
        if (type.IsGenericMethodParameter && parameter is not null)
        {
            // The framework's reader answers whether a T may be null at all; what was written is in the metadata.
            return type.Name + (WrittenFlag(parameter) == 2 ? "?" : string.Empty);
        }

        if (Nullable.GetUnderlyingType(type) is { } value)
        {
            return TypeName(value) + "?";
        }

        NullabilityState state = nullability.ReadState == NullabilityState.Unknown ? nullability.WriteState : nullability.ReadState;
        string suffix = !type.IsValueType && state == NullabilityState.Nullable ? "?" : string.Empty;
        if (type.IsArray)
        {
            return Annotated(type.GetElementType()!, nullability.ElementType!) + "[]" + suffix;
        }

        if (!type.IsGenericType)
        {
            return TypeName(type) + suffix;
        }

        Type[] arguments = type.GetGenericArguments();
        IEnumerable<string> written = arguments.Select((argument, index) => Annotated(argument, nullability.GenericTypeArguments[index], parameter));
        return $"{type.Name.Split('`')[0]}<{string.Join(", ", written)}>{suffix}";
    }

    // The last type written is the one asked for: no signature here has a T before another one.
    private static byte? WrittenFlag(ParameterInfo parameter)
        => NullableFlags(parameter)?[^1] ?? NullableContext(parameter.Member) ?? NullableContext(parameter.Member.DeclaringType!);

    // By name: an assembly for an older framework brings these attributes as types of its own.
    private static byte[]? NullableFlags(ICustomAttributeProvider provider)
        => Argument(provider, typeof(NullableAttribute)) switch
        {
            byte flag => [flag],
            IEnumerable<CustomAttributeTypedArgument> flags => [.. flags.Select(flag => (byte)flag.Value!)],
            _ => null,
        };

    private static byte? NullableContext(ICustomAttributeProvider provider) => Argument(provider, typeof(NullableContextAttribute)) as byte?;

    private static object? Argument(ICustomAttributeProvider provider, Type attribute)
        => Attributes(provider).FirstOrDefault(data => data.AttributeType.FullName == attribute.FullName)?.ConstructorArguments[0].Value;

    private static bool Has(MemberInfo member, Type attribute)
        => Attributes(member).Any(data => data.AttributeType.FullName == attribute.FullName);

    private static IEnumerable<CustomAttributeData> Attributes(ICustomAttributeProvider provider)
        => provider is ParameterInfo parameter ? parameter.GetCustomAttributesData() : ((MemberInfo)provider).GetCustomAttributesData();

    private static string TypeName(Type type)
    {
        if (Keywords.TryGetValue(type, out string? keyword))
        {
            return keyword;
        }

        return type.IsGenericType
            ? $"{type.Name.Split('`')[0]}<{string.Join(", ", type.GetGenericArguments().Select(TypeName))}>"
            : type.Name;
    }

    private static string Modifiers(MethodInfo method)
    {
        if (method.DeclaringType!.IsInterface)
        {
            return string.Empty;
        }

        string modifier = method.IsStatic ? "static "
            : method.IsAbstract ? "abstract "
            : !method.IsVirtual || method.IsFinal ? string.Empty
            : method.GetBaseDefinition() != method ? "override "
            : "virtual ";
        return $"{Access(method)} {modifier}";
    }

    private static string Access(MethodBase method) => method.IsPublic ? "public" : "protected";

    private static bool IsVisible(MethodBase method) => method.IsPublic || method.IsFamily || method.IsFamilyOrAssembly;

    private static bool IsMadeByCompiler(MethodBase method) => method.IsDefined(typeof(CompilerGeneratedAttribute));

    private static bool IsRecord(Type type) => type.GetMethod("<Clone>$", Declared) is not null;

    private static string Usage(Type type)
    {
        if (type.GetCustomAttribute<AttributeUsageAttribute>(inherit: false) is not { } usage)
        {
            return string.Empty;
        }

        string targets = string.Join(" | ", usage.ValidOn.ToString().Split(", ").Select(target => $"AttributeTargets.{target}"));

        // Only what differs from the language's own defaults, save that the two are told together.
        string rest = usage.Inherited ? string.Empty : $", AllowMultiple = {(usage.AllowMultiple ? "true" : "false")}, Inherited = false";
        return $"[AttributeUsage({targets}{rest})] ";
    }

    private static string Obsolescence(MemberInfo member)
        => (member.IsDefined(typeof(EditorBrowsableAttribute)) ? "[EditorBrowsable(EditorBrowsableState.Never)] " : string.Empty)
            + (member.GetCustomAttribute<ObsoleteAttribute>() is { } obsolete ? $"[Obsolete(\"{obsolete.Message}\")] " : string.Empty);
}

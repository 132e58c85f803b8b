using CallIntel.Sdk.Tenancy;
using Microsoft.EntityFrameworkCore.Storage.ValueConversion;

namespace CallIntel.Sdk.EntityFrameworkCore;

sealed class ContactIdConverter() : ValueConverter<ContactId, Guid>(id => id.Value, value => new ContactId(value));

sealed class MemberIdConverter() : ValueConverter<MemberId, Guid>(id => id.Value, value => new MemberId(value));

sealed class LineIdConverter() : ValueConverter<LineId, Guid>(id => id.Value, value => new LineId(value));

sealed class TeamIdConverter() : ValueConverter<TeamId, Guid>(id => id.Value, value => new TeamId(value));

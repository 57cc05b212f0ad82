metadata description = 'The vault for adapter and sink secrets. Values are put in by people, never by a template.'

param name string
param location string
param tags object

@description('False closes the public endpoint; the private endpoint is then the only way in.')
param publicAccess bool

@description('Keeps a deleted vault, and its name, for the whole retention time. Cannot be undone.')
param purgeProtection bool

@minValue(7)
@maxValue(90)
param softDeleteDays int

@description('Name of the identity; role assignments are named after it, so that what-if knows their names beforehand.')
param identityName string

@description('Principal of the identity that reads secrets.')
param readerPrincipalId string

@description('People or groups who set the secrets: object ids.')
param officers {
  principalId: string
  principalType: 'User' | 'Group'
}[]

@description('Workspace that receives the audit log.')
param workspaceId string

// Key Vault Secrets User, Key Vault Secrets Officer
var readerRole = subscriptionResourceId(
  'Microsoft.Authorization/roleDefinitions',
  '4633458b-17de-408a-874b-0445c86b69e6'
)
var officerRole = subscriptionResourceId(
  'Microsoft.Authorization/roleDefinitions',
  'b86a8fe4-44ce-4948-aee5-eccb2c155cd7'
)

resource vault 'Microsoft.KeyVault/vaults@2025-05-01' = {
  name: name
  location: location
  tags: tags
  properties: {
    tenantId: tenant().tenantId
    sku: {
      family: 'A'
      name: 'standard'
    }
    enableRbacAuthorization: true
    enableSoftDelete: true
    softDeleteRetentionInDays: softDeleteDays
    // The service refuses an explicit false.
    enablePurgeProtection: purgeProtection ? true : null
    publicNetworkAccess: publicAccess ? 'Enabled' : 'Disabled'
    networkAcls: {
      defaultAction: publicAccess ? 'Allow' : 'Deny'
      bypass: 'None'
    }
  }
}

resource reader 'Microsoft.Authorization/roleAssignments@2022-04-01' = {
  name: guid(vault.id, identityName, readerRole)
  scope: vault
  properties: {
    roleDefinitionId: readerRole
    principalId: readerPrincipalId
    principalType: 'ServicePrincipal'
  }
}

resource officerAssignments 'Microsoft.Authorization/roleAssignments@2022-04-01' = [
  for officer in officers: {
    name: guid(vault.id, officer.principalId, officerRole)
    scope: vault
    properties: {
      roleDefinitionId: officerRole
      principalId: officer.principalId
      principalType: officer.principalType
    }
  }
]

// The newest version; the stable one of 2016 cannot write to a workspace's own tables.
#disable-next-line use-recent-api-versions
resource audit 'Microsoft.Insights/diagnosticSettings@2021-05-01-preview' = {
  name: 'audit'
  scope: vault
  properties: {
    workspaceId: workspaceId
    logs: [
      {
        category: 'AuditEvent'
        enabled: true
      }
    ]
  }
}

output id string = vault.id
output name string = vault.name
output uri string = vault.properties.vaultUri

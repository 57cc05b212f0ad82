metadata description = 'Log Analytics and Application Insights; telemetry is accepted from Entra identities only.'

param workspaceName string
param applicationInsightsName string
param location string
param tags object

@description('Days that logs are kept. The first 31 are included in the price of ingestion.')
@minValue(30)
@maxValue(730)
param retentionDays int

@description('Ingestion limit in GB per day; -1 for none. Alerts see nothing of what the limit keeps out.')
param dailyQuotaGb int

@description('Name of the identity; role assignments are named after it, so that what-if knows their names beforehand.')
param identityName string

@description('Principal of the identity that sends telemetry.')
param publisherPrincipalId string

// Monitoring Metrics Publisher
var publisherRole = subscriptionResourceId(
  'Microsoft.Authorization/roleDefinitions',
  '3913510d-42f4-4e42-8a64-420c390055eb'
)

resource workspace 'Microsoft.OperationalInsights/workspaces@2025-02-01' = {
  name: workspaceName
  location: location
  tags: tags
  properties: {
    sku: {
      name: 'PerGB2018'
    }
    retentionInDays: retentionDays
    workspaceCapping: {
      dailyQuotaGb: dailyQuotaGb
    }
    features: {
      disableLocalAuth: true
      enableLogAccessUsingOnlyResourcePermissions: true
    }
  }
}

resource applicationInsights 'Microsoft.Insights/components@2020-02-02' = {
  name: applicationInsightsName
  location: location
  tags: tags
  kind: 'web'
  properties: {
    Application_Type: 'web'
    WorkspaceResourceId: workspace.id
    DisableLocalAuth: true
  }
}

resource publisher 'Microsoft.Authorization/roleAssignments@2022-04-01' = {
  name: guid(applicationInsights.id, identityName, publisherRole)
  scope: applicationInsights
  properties: {
    roleDefinitionId: publisherRole
    principalId: publisherPrincipalId
    principalType: 'ServicePrincipal'
  }
}

output workspaceId string = workspace.id

@description('An address, not a credential: without an Entra token nothing is accepted.')
output connectionString string = applicationInsights.properties.ConnectionString

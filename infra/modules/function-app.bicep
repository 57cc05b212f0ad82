metadata description = 'The Functions app on Flex Consumption. Every connection is an address plus the identity; no setting holds a secret.'

param name string
param planName string
param location string
param tags object

param identityId string
param identityClientId string

param blobUri string
param queueUri string
param tableUri string
param packageContainerUri string

param applicationInsightsConnectionString string

@description('Ends with a slash.')
param vaultUri string

param taskHubName string

param watchdogSchedule string

param reaperSchedule string

param retentionSchedule string

@description('Schedule of the timer that tells sinks of escalations, six fields.')
param notificationsSchedule string

@description('Hosts that the manager may call.')
param allowedHosts string[]

@description('File with sinks and routes, from the root of the package; empty for none.')
param sinksFile string

@description('Hosts that sinks may have; empty for the list of the app.')
param sinkHosts string[]

@description('Setting name to the name of the vault secret that holds its value.')
param vaultReferences object

@description('Further settings without secrets.')
param settings object

@description('Empty for none.')
param subnetId string

@allowed([512, 2048, 4096])
param instanceMemoryMB int

param maximumInstanceCount int

param httpConcurrency int

@description('Instances that are always there for orchestrations, activities and entities.')
param alwaysReadyDurable int

@description('CIDR ranges that may call the app; empty for any.')
param allowedClientRanges string[]

var connectionSettings = {
  AzureWebJobsStorage__credential: 'managedidentity'
  AzureWebJobsStorage__clientId: identityClientId
  AzureWebJobsStorage__blobServiceUri: blobUri
  AzureWebJobsStorage__queueServiceUri: queueUri
  AzureWebJobsStorage__tableServiceUri: tableUri
  TASK_HUB_NAME: taskHubName
  WATCHDOG_SCHEDULE: watchdogSchedule
  REAPER_SCHEDULE: reaperSchedule
  RETENTION_SCHEDULE: retentionSchedule
  NOTIFICATIONS_SCHEDULE: notificationsSchedule
  APPLICATIONINSIGHTS_CONNECTION_STRING: applicationInsightsConnectionString
  APPLICATIONINSIGHTS_AUTHENTICATION_STRING: 'ClientId=${identityClientId};Authorization=AAD'
  AzureWebJobsDisableHomepage: 'true'
}

var hostSettings = toObject(range(0, length(allowedHosts)), i => 'Adapter__AllowedHosts__${i}', i => allowedHosts[i])

// A setting that is there and empty would take the place of the app's own value.
var sinkSettings = union(
  empty(sinksFile) ? {} : { Escalations__SinksFile: sinksFile },
  empty(sinkHosts) ? {} : { Escalations__AllowedHosts: join(sinkHosts, ',') }
)

// Without a version in the address a new value of the secret is taken up by itself.
var secretReferences = mapValues(
  vaultReferences,
  secret => '@Microsoft.KeyVault(SecretUri=${vaultUri}secrets/${secret})'
)

resource plan 'Microsoft.Web/serverfarms@2025-03-01' = {
  name: planName
  location: location
  tags: tags
  kind: 'functionapp'
  sku: {
    name: 'FC1'
    tier: 'FlexConsumption'
  }
  properties: {
    reserved: true
  }
}

resource app 'Microsoft.Web/sites@2025-03-01' = {
  name: name
  location: location
  // azd finds the app of azure.yaml by this tag.
  tags: union(tags, { 'azd-service-name': 'manager' })
  kind: 'functionapp,linux'
  identity: {
    type: 'UserAssigned'
    userAssignedIdentities: {
      '${identityId}': {}
    }
  }
  properties: {
    serverFarmId: plan.id
    httpsOnly: true
    clientAffinityEnabled: false
    // Vault references are otherwise read with a system-assigned identity, which this app does not have.
    keyVaultReferenceIdentity: identityId
    virtualNetworkSubnetId: empty(subnetId) ? null : subnetId
    functionAppConfig: {
      deployment: {
        storage: {
          type: 'blobContainer'
          value: packageContainerUri
          authentication: {
            type: 'UserAssignedIdentity'
            userAssignedIdentityResourceId: identityId
          }
        }
      }
      runtime: {
        name: 'dotnet-isolated'
        version: '10.0'
      }
      scaleAndConcurrency: {
        instanceMemoryMB: instanceMemoryMB
        maximumInstanceCount: maximumInstanceCount
        alwaysReady: alwaysReadyDurable == 0
          ? []
          : [
              {
                name: 'durable'
                instanceCount: alwaysReadyDurable
              }
            ]
        triggers: {
          http: {
            perInstanceConcurrency: httpConcurrency
          }
        }
      }
    }
    siteConfig: {
      minTlsVersion: '1.2'
      scmMinTlsVersion: '1.2'
      http20Enabled: true
      ipSecurityRestrictionsDefaultAction: empty(allowedClientRanges) ? 'Allow' : 'Deny'
      ipSecurityRestrictions: [
        for (clientRange, i) in allowedClientRanges: {
          name: 'client-${i}'
          priority: 100 + i
          action: 'Allow'
          ipAddress: clientRange
        }
      ]
      // Packages are pushed through the SCM site by a runner with no fixed address; it takes Entra tokens only, see below.
      scmIpSecurityRestrictionsUseMain: false
    }
  }

  resource appSettings 'config' = {
    name: 'appsettings'
    properties: union(settings, hostSettings, sinkSettings, secretReferences, connectionSettings)
  }

  resource scmPasswords 'basicPublishingCredentialsPolicies' = {
    name: 'scm'
    properties: {
      allow: false
    }
  }

  resource ftpPasswords 'basicPublishingCredentialsPolicies' = {
    name: 'ftp'
    properties: {
      allow: false
    }
  }
}

output id string = app.id
output name string = app.name
output hostName string = app.properties.defaultHostName
